package dev.warmgate.loadtest.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients that begin the body of a request and then send a byte now and then, from ten loopback
 * addresses, until they are closed. Each begins anew when the service refuses it.
 */
public final class StalledSenders implements AutoCloseable {
  private static final int ADDRESSES = 10;
  private static final Duration BETWEEN_BYTES = Duration.ofSeconds(1);
  private static final Duration BEFORE_THE_NEXT = Duration.ofSeconds(2);

  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;

  public StalledSenders(int count, int port, byte[] begin) {
    for (int i = 0; i < count; i++) {
      // Not 127.0.0.1, where the other clients are.
      InetAddress address = InetAddress.ofLiteral("127.0.0." + (2 + i % ADDRESSES));
      threads.add(Thread.ofVirtual().start(() -> send(address, port, begin)));
    }
  }

  private void send(InetAddress from, int port, byte[] begin) {
    try {
      while (!closed) {
        sendOne(from, port, begin);
        Thread.sleep(BEFORE_THE_NEXT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends until the service answers or closes the connection. */
  private void sendOne(InetAddress from, int port, byte[] begin) {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(from, 0));
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      socket.setSoTimeout((int) BETWEEN_BYTES.toMillis());
      socket.getOutputStream().write(begin);
      while (!closed && !isAnswered(socket)) {
        socket.getOutputStream().write(' ');
      }
    } catch (IOException closedByTheService) {
      return;
    }
  }

  private static boolean isAnswered(Socket socket) throws IOException {
    try {
      int _ = socket.getInputStream().read();
      return true;
    } catch (SocketTimeoutException notYet) {
      return false;
    }
  }

  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
  }
}
