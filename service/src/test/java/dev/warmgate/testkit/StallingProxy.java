package dev.warmgate.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stands before a server on this machine. {@link #stall} lets the open connections hang, as those
 * to a machine that hangs do, and new ones reach the server, as they reach the one that took over.
 */
public final class StallingProxy implements AutoCloseable {
  private static final int BUFFER = 8192;

  private final ServerSocket listening;
  private final int target;
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
  private volatile AtomicBoolean flows = new AtomicBoolean(true);

  public StallingProxy(int target) throws IOException {
    this.target = target;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return listening.getLocalPort();
  }

  public void stall() {
    flows.set(false);
    flows = new AtomicBoolean(true);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(client);
        open.add(server);
        AtomicBoolean ofBoth = flows;
        Thread.ofVirtual().start(() -> pass(client, server, ofBoth));
        Thread.ofVirtual().start(() -> pass(server, client, ofBoth));
      }
    } catch (IOException closed) {
      open.forEach(StallingProxy::close);
    }
  }

  private static void pass(Socket from, Socket to, AtomicBoolean flows) {
    byte[] buffer = new byte[BUFFER];
    try (from;
        to) {
      for (int read = 0; read >= 0; read = from.getInputStream().read(buffer)) {
        if (flows.get()) {
          to.getOutputStream().write(buffer, 0, read);
        }
      }
    } catch (IOException closed) {
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    open.forEach(StallingProxy::close);
  }
}
