package dev.warmgate.loadtest.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/** Sends requests to one port or in turn to several, either in a closed loop or at a fixed rate. */
public final class Load {
  private final int[] ports;

  /** Client or request number i goes to the port with the number i modulo their count. */
  public Load(int... ports) {
    this.ports = ports.clone();
  }

  /** One request of a client in a closed loop. */
  public interface Step {
    HttpConnection.Answer on(HttpConnection connection, int client) throws IOException;
  }

  /** Runs this many clients; each sends its next request when the last one is answered. */
  public LoadResult closed(int clients, Duration time, Step step) throws InterruptedException {
    LoadResult outcome = new LoadResult();
    long end = System.nanoTime() + time.toNanos();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < clients; i++) {
        int client = i;
        threads.execute(() -> {
          while (System.nanoTime() < end) {
            runClient(client, end, step, outcome);
          }
        });
      }
    }
    outcome.end();
    return outcome;
  }

  private void runClient(int client, long end, Step step, LoadResult outcome) {
    long began = System.nanoTime();
    try (HttpConnection connection = new HttpConnection(port(client))) {
      while (System.nanoTime() < end) {
        began = System.nanoTime();
        HttpConnection.Answer answer = step.on(connection, client);
        outcome.add(began, answer.status(), answer.hasRetryAfter());
        if (answer.closing()) {
          return;
        }
      }
    } catch (IOException lost) {
      outcome.add(began, LoadResult.NO_ANSWER, false);
    }
  }

  /**
   * Sends requests at a fixed rate. Latency counts from the scheduled time, so a delayed request
   * counts from when it was due.
   *
   * @param request returns the bytes of the request with this number
   */
  public LoadResult open(double perSecond, Duration time, IntFunction<byte[]> request) {
    LoadResult outcome = new LoadResult();
    List<Queue<HttpConnection>> idle = new ArrayList<>();
    for (int _ : ports) {
      idle.add(new ConcurrentLinkedQueue<>());
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long began = System.nanoTime();
      int requests = (int) (perSecond * time.toNanos() / 1e9);
      for (int i = 0; i < requests; i++) {
        long due = began + (long) (i * 1e9 / perSecond);
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        byte[] bytes = request.apply(i);
        int number = i;
        threads.execute(() -> send(number, bytes, due, idle.get(number % ports.length), outcome));
      }
    }
    outcome.end();
    idle.forEach(connections -> connections.forEach(HttpConnection::close));
    return outcome;
  }

  private int port(int number) {
    return ports[number % ports.length];
  }

  private void send(
      int number, byte[] bytes, long due, Queue<HttpConnection> idle, LoadResult outcome) {
    HttpConnection connection = idle.poll();
    try {
      if (connection == null) {
        connection = new HttpConnection(port(number));
      }
      HttpConnection.Answer answer = connection.send(bytes);
      outcome.add(due, answer.status(), answer.hasRetryAfter());
      if (answer.closing()) {
        connection.close();
      } else {
        idle.add(connection);
      }
    } catch (IOException lost) {
      outcome.add(due, LoadResult.NO_ANSWER, false);
      if (connection != null) {
        connection.close();
      }
    }
  }
}
