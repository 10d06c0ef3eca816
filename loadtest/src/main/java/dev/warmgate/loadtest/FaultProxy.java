package dev.warmgate.loadtest;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A bad network, driven from a test: forwards TCP connections to one address and delays, throttles,
 * swallows or cuts them. What it delays it does not slow down: bytes arrive that much later,
 * however many are on their way. What it swallows is delivered once it heals, as TCP would send it
 * again.
 */
public final class FaultProxy implements Closeable {
  private static final int BACKLOG = 512;

  private volatile InetSocketAddress target;
  private final int port;
  private final FaultLink link = new FaultLink();
  private final Set<FaultConnection> connections = ConcurrentHashMap.newKeySet();
  private ServerSocket listening;
  private Thread accepting;

  /** Listens on a free port of the loopback address; nothing is wrong at first. */
  public FaultProxy(InetSocketAddress target) throws IOException {
    this.target = target;
    listen(0);
    port = listening.getLocalPort();
  }

  /** For a server on this machine. */
  public static FaultProxy to(int localPort) throws IOException {
    return new FaultProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), localPort));
  }

  public int port() {
    return port;
  }

  /** New connections go to another port of this machine: the server was started anew. */
  public void redirect(int localPort) {
    target = new InetSocketAddress(InetAddress.getLoopbackAddress(), localPort);
  }

  /** Bytes arrive that much later, in both directions: a round trip takes twice as long. */
  public void delay(Duration each) {
    delay(each, each);
  }

  /** Bytes arrive that much later. */
  public void delay(Duration toTarget, Duration fromTarget) {
    link.delay(toTarget, fromTarget);
  }

  /** Every connection carries no more than that in each direction. */
  public void throttle(long bytesPerSecond) {
    link.throttle(bytesPerSecond);
  }

  /** Connections stay open and new ones are accepted, but nothing is delivered. */
  public void blackhole() {
    link.blackhole(true);
  }

  /** Resets every connection and refuses new ones. */
  public synchronized void cut() throws IOException {
    listening.close();
    try {
      // The system closes it once nobody waits on it.
      accepting.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connections.forEach(FaultConnection::close);
  }

  /** Nothing is wrong any more, whatever was. */
  public synchronized void heal() throws IOException {
    link.heal();
    if (listening.isClosed()) {
      listen(port);
    }
  }

  private void listen(int onPort) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort), BACKLOG);
    listening = socket;
    accepting = Thread.ofVirtual().name("fault-proxy").start(() -> accept(socket));
  }

  private void accept(ServerSocket socket) {
    while (true) {
      try {
        Socket client = socket.accept();
        FaultConnection connection = new FaultConnection(client, link, connections::remove);
        connections.add(connection);
        connection.start(target);
      } catch (IOException closed) {
        return;
      }
    }
  }

  @Override
  public synchronized void close() throws IOException {
    cut();
    link.heal();
  }
}
