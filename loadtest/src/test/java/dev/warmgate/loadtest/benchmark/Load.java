package dev.warmgate.loadtest.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/** Sends requests to one port, either in a closed loop or at a fixed rate. */
public final class Load {
  private final int port;

  public Load(int port) {
    this.port = port;
  }

  /** One request of a client in a closed loop. */
  public interface Step {
    Connection.Answer on(Connection connection, int client) throws IOException;
  }

  /** Runs this many clients; each sends its next request when the last one is answered. */
  public Outcome closed(int clients, Duration time, Step step) throws InterruptedException {
    Outcome outcome = new Outcome();
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

  private void runClient(int client, long end, Step step, Outcome outcome) {
    long began = System.nanoTime();
    try (Connection connection = new Connection(port)) {
      while (System.nanoTime() < end) {
        began = System.nanoTime();
        Connection.Answer answer = step.on(connection, client);
        outcome.add(began, answer.status(), answer.hasRetryAfter());
        if (answer.closing()) {
          return;
        }
      }
    } catch (IOException lost) {
      outcome.add(began, Outcome.NO_ANSWER, false);
    }
  }

  /**
   * Sends requests at a fixed rate. Latency counts from the scheduled time, so a delayed request
   * counts from when it was due.
   *
   * @param request returns the bytes of the request with this number
   */
  public Outcome open(double perSecond, Duration time, IntFunction<byte[]> request) {
    Outcome outcome = new Outcome();
    Queue<Connection> idle = new ConcurrentLinkedQueue<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long began = System.nanoTime();
      int requests = (int) (perSecond * time.toNanos() / 1e9);
      for (int i = 0; i < requests; i++) {
        long due = began + (long) (i * 1e9 / perSecond);
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        byte[] bytes = request.apply(i);
        threads.execute(() -> send(bytes, due, idle, outcome));
      }
    }
    outcome.end();
    idle.forEach(Connection::close);
    return outcome;
  }

  private void send(byte[] bytes, long due, Queue<Connection> idle, Outcome outcome) {
    Connection connection = idle.poll();
    try {
      if (connection == null) {
        connection = new Connection(port);
      }
      Connection.Answer answer = connection.send(bytes);
      outcome.add(due, answer.status(), answer.hasRetryAfter());
      if (answer.closing()) {
        connection.close();
      } else {
        idle.add(connection);
      }
    } catch (IOException lost) {
      outcome.add(due, Outcome.NO_ANSWER, false);
      if (connection != null) {
        connection.close();
      }
    }
  }
}
