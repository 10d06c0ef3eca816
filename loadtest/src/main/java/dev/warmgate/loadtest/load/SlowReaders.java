package dev.warmgate.loadtest.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Clients that request a long answer and read it very slowly, until they are closed. */
public final class SlowReaders implements AutoCloseable {
  private static final Duration BETWEEN_BYTES = Duration.ofMillis(100);
  private static final int RECEIVE_BUFFER = 2_048;

  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;

  public SlowReaders(int count, int port, byte[] request) {
    for (int i = 0; i < count; i++) {
      threads.add(Thread.ofVirtual().start(() -> read(port, request)));
    }
  }

  private void read(int port, byte[] request) {
    try {
      while (!closed) {
        readOne(port, request);
        Thread.sleep(BETWEEN_BYTES);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads until the answer ends or the service closes the connection, which it may do. */
  private void readOne(int port, byte[] request) throws InterruptedException {
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(RECEIVE_BUFFER);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      socket.getOutputStream().write(request);
      while (!closed && socket.getInputStream().read() >= 0) {
        Thread.sleep(BETWEEN_BYTES);
      }
    } catch (IOException closedByTheService) {
      return;
    }
  }

  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
  }
}
