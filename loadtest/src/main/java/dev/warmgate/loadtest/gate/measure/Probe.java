package dev.warmgate.loadtest.gate.measure;

import dev.warmgate.loadtest.gate.verdict.Invalid;
import dev.warmgate.loadtest.load.Accounts;
import dev.warmgate.loadtest.load.HttpConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sends single requests outside the load, each over a new connection, and times them with little
 * overhead.
 */
public final class Probe {
  private static final String AUTH = "/api/v1/auth/";
  private static final int POLL_MILLIS = 10;

  private final Map<String, Double> millis = new TreeMap<>();
  private final Accounts accounts;

  public Probe(Accounts accounts) {
    this.accounts = accounts;
  }

  /** Waits until the service is ready and returns the milliseconds that this took. */
  public static long awaitReady(int port, Duration limit) throws InterruptedException {
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
    try (HttpConnection connection = new HttpConnection(port)) {
      return connection.send(HttpConnection.get("/health-check", "")).status() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /**
   * Sends a login, a verification of its token and a ping, and records their times as {@code
   * when.login}, {@code when.verify} and {@code when.ping}.
   */
  public void once(int port, String when) throws IOException {
    HttpConnection.Answer login =
        timed(port, when + ".login", HttpConnection.post(AUTH + "login", accounts.credentials(0)));
    timed(port, when + ".verify", HttpConnection.get(AUTH + "me", login.field("access_token")));
    timed(port, when + ".ping", HttpConnection.get(AUTH + "ping", ""));
  }

  private HttpConnection.Answer timed(int port, String what, byte[] request) throws IOException {
    long began = System.nanoTime();
    try (HttpConnection connection = new HttpConnection(port)) {
      HttpConnection.Answer answer = connection.send(request);
      if (answer.status() != 200) {
        throw new Invalid(what + " got the status " + answer.status());
      }
      millis.put(what, (System.nanoTime() - began) / 1e6);
      return answer;
    }
  }

  public Map<String, Double> millis() {
    return Map.copyOf(millis);
  }
}
