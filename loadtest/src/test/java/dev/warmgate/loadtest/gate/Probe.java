package dev.warmgate.loadtest.gate;

import dev.warmgate.loadtest.benchmark.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sends single requests outside the load, each over a new connection, and times them with little
 * overhead.
 */
final class Probe {
  private static final String AUTH = "/api/v1/auth/";
  private static final int POLL_MILLIS = 10;

  private final Map<String, Double> millis = new TreeMap<>();
  private final Accounts accounts;

  Probe(Accounts accounts) {
    this.accounts = accounts;
  }

  /** Waits until the service is ready and returns the milliseconds that this took. */
  static long awaitReady(int port, Duration limit) throws InterruptedException {
    long began = System.nanoTime();
    while (!isReady(port)) {
      if (System.nanoTime() - began > limit.toNanos()) {
        throw new Invalid("the service was not ready after " + limit.toSeconds() + " s");
      }
      Thread.sleep(POLL_MILLIS);
    }
    return (System.nanoTime() - began) / 1_000_000;
  }

  private static boolean isReady(int port) {
    try (Connection connection = new Connection(port)) {
      return connection.send(Connection.get("/health-check", "")).status() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /**
   * Sends a login, a verification of its token and a ping, and records their times as {@code
   * when.login}, {@code when.verify} and {@code when.ping}.
   */
  void once(int port, String when) throws IOException {
    Connection.Answer login =
        timed(port, when + ".login", Connection.post(AUTH + "login", accounts.credentials(0)));
    timed(port, when + ".verify", Connection.get(AUTH + "me", login.field("access_token")));
    timed(port, when + ".ping", Connection.get(AUTH + "ping", ""));
  }

  private Connection.Answer timed(int port, String what, byte[] request) throws IOException {
    long began = System.nanoTime();
    try (Connection connection = new Connection(port)) {
      Connection.Answer answer = connection.send(request);
      if (answer.status() != 200) {
        throw new Invalid(what + " got the status " + answer.status());
      }
      millis.put(what, (System.nanoTime() - began) / 1e6);
      return answer;
    }
  }

  Map<String, Double> millis() {
    return Map.copyOf(millis);
  }
}
