package dev.warmgate.loadtest.stack;

import dev.warmgate.loadtest.http.ApiClient;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A minimal round-robin balancer: passes each new connection to the next replica whose last {@code
 * /health-check} answered 200, and leaves open connections alone. While no replica is healthy it
 * closes new connections.
 */
public final class Balancer implements Closeable {
  private static final Duration CHECK_EVERY = Duration.ofMillis(100);
  private static final Duration CHECK_LIMIT = Duration.ofSeconds(1);
  private static final int BACKLOG = 512;

  private final List<Integer> replicas;
  private final ServerSocket listening;
  private final AtomicInteger next = new AtomicInteger();
  private final Set<Integer> healthy = ConcurrentHashMap.newKeySet();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Balances over the replicas that listen on these ports of the loopback address. */
  public Balancer(List<Integer> replicas) throws IOException {
    this.replicas = List.copyOf(replicas);
    listening = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    for (int replica : replicas) {
      Thread.ofVirtual().name("check " + replica).start(() -> check(replica));
    }
    Thread.ofVirtual().name("balancer").start(this::accept);
  }

  public String baseUrl() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  /** Returns the replicas that currently get connections. */
  public Set<Integer> healthy() {
    return Set.copyOf(healthy);
  }

  private void check(int replica) {
    try (ApiClient client = new ApiClient("http://127.0.0.1:" + replica)) {
      while (!closed) {
        if (client.answers("/health-check", CHECK_LIMIT)) {
          healthy.add(replica);
        } else {
          healthy.remove(replica);
        }
        Thread.sleep(CHECK_EVERY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept() {
    while (!closed) {
      try {
        pass(listening.accept());
      } catch (IOException stopped) {
        return;
      }
    }
  }

  private void pass(Socket client) {
    open.add(client);
    Thread.ofVirtual()
        .start(() -> {
          try (Socket server = new Socket()) {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), choose()));
            Thread back = Thread.ofVirtual().start(() -> copy(server, client));
            copy(client, server);
            back.join();
          } catch (IOException refused) {
            // The client sees a closed connection.
            next.getAndIncrement();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            close(client);
            open.remove(client);
          }
        });
  }

  private int choose() throws IOException {
    for (int i = 0; i < replicas.size(); i++) {
      int replica = replicas.get(Math.floorMod(next.getAndIncrement(), replicas.size()));
      if (healthy.contains(replica)) {
        return replica;
      }
    }
    throw new IOException("no replica is healthy");
  }

  private static void copy(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      in.transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException broken) {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException alreadyClosed) {
      return;
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    listening.close();
    open.forEach(Balancer::close);
  }
}
