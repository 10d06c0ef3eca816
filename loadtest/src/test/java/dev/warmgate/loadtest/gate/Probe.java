package dev.warmgate.loadtest.gate;

import dev.warmgate.loadtest.benchmark.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Single requests from outside the load, over a new connection each, timed with little overhead.
 */
final class Probe {
  private static final String AUTH = "/api/v1/auth/";
  private static final int POLL_MILLIS = 10;

  private final Map<String, Double> millis = new TreeMap<>();
  private final Accounts accounts;

  Probe(Accounts accounts) {
    this.accounts = accounts;
  }

  /** Returns the milliseconds that it took. */
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

  /** One login, one verification of its token, one ping; remembered as {@code when.login} etc. */
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
        throw new Invalid(what + " was answered with " + answer.status());
      }
      millis.put(what, (System.nanoTime() - began) / 1e6);
      return answer;
    }
  }

  Map<String, Double> millis() {
    return Map.copyOf(millis);
  }
}
