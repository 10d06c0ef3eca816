package dev.warmgate.loadtest.fault;

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
 * A faulty network for tests: forwards TCP connections to one address and delays, throttles,
 * swallows or cuts them. A delay adds latency without limiting the bandwidth. Swallowed bytes are
 * delivered after {@link #heal}, as a TCP retransmission would deliver them.
 */
public final class FaultProxy implements Closeable {
  private static final int BACKLOG = 512;

  private volatile InetSocketAddress target;
  private final int port;
  private final FaultLink link = new FaultLink();
  private final Set<FaultConnection> connections = ConcurrentHashMap.newKeySet();
  private ServerSocket listening;
  private Thread accepting;

  /** Listens on a free port of the loopback address and forwards without faults at first. */
  public FaultProxy(InetSocketAddress target) throws IOException {
    this.target = target;
    listen(0);
    port = listening.getLocalPort();
  }

  /** Forwards to a port of the loopback address. */
  public static FaultProxy to(int localPort) throws IOException {
    return new FaultProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), localPort));
  }

  public int port() {
    return port;
  }

  /** Sends new connections to another port of the loopback address, for a server that restarted. */
  public void redirect(int localPort) {
    target = new InetSocketAddress(InetAddress.getLoopbackAddress(), localPort);
  }

  /** Delays bytes by this much in each direction; a round trip takes twice as long. */
  public void delay(Duration each) {
    delay(each, each);
  }

  /** Delays bytes by this much in the given direction. */
  public void delay(Duration toTarget, Duration fromTarget) {
    link.delay(toTarget, fromTarget);
  }

  /** Limits every connection to this rate in each direction. */
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
      // The socket is really closed only when no thread waits in accept().
      accepting.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connections.forEach(FaultConnection::close);
  }

  /** Removes every fault and listens again after a cut. */
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
