package dev.warmgate.loadtest.gate.measure;

import dev.warmgate.loadtest.gate.verdict.Invalid;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.load.Accounts;
import dev.warmgate.loadtest.load.HttpConnection;
import dev.warmgate.loadtest.load.Load;
import dev.warmgate.loadtest.load.LoadResult;
import dev.warmgate.loadtest.load.ReferenceHash;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The capacity of a service on this machine in a closed loop, next to the password hashes that the
 * machine itself can compute, measured by turns.
 *
 * @param loginsPerSecond logins only
 * @param visitsPerSecond visits: log in, use the session and log out
 * @param hashMillis duration of one hash while all processors hash
 */
public record Capacity(
    double loginsPerSecond, double visitsPerSecond, double hashesPerSecond, double hashMillis) {
  private static final int CLIENTS = 8;
  private static final int TURNS = 2;
  private static final Duration FIRST_WARM_UP = Duration.ofSeconds(8);
  private static final Duration WARM_UP = Duration.ofSeconds(1);
  private static final Duration EACH = Duration.ofMillis(2500);
  private static final String AUTH = "/api/v1/auth/";

  /**
   * @param first whether the service has had no load yet and needs a longer warm-up
   */
  public static Capacity measure(int port, Accounts accounts, boolean first)
      throws InterruptedException {
    Load load = new Load(port);
    // Uses all accounts in turn, so that none exceeds its limit of sessions.
    AtomicInteger turn = new AtomicInteger();
    Load.Step login =
        (connection, _) -> login(connection, accounts.credentials(turn.getAndIncrement()));
    Load.Step visit =
        (connection, _) -> visit(connection, accounts.credentials(turn.getAndIncrement()));
    load.closed(CLIENTS, first ? FIRST_WARM_UP : WARM_UP, visit);
    ReferenceHash reference = new ReferenceHash();
    double logins = 0;
    double visits = 0;
    double hashes = 0;
    for (int i = 0; i < TURNS; i++) {
      hashes += reference.measure(EACH).perSecond() / TURNS;
      logins += perSecond(load, login) / TURNS;
      visits += perSecond(load, visit) / TURNS;
    }
    if (visits < 1) {
      throw new Invalid("the service answered less than one login per second");
    }
    return new Capacity(
        logins, visits, hashes, Runtime.getRuntime().availableProcessors() * 1000.0 / hashes);
  }

  private static double perSecond(Load load, Load.Step step) throws InterruptedException {
    LoadResult outcome = load.closed(CLIENTS, EACH, step);
    if (outcome.countOthers(200, 503) > 0) {
      throw new Invalid("logins failed during the capacity measurement");
    }
    return outcome.count(200) / outcome.seconds();
  }

  private static HttpConnection.Answer login(HttpConnection connection, String credentials)
      throws IOException {
    return connection.send(HttpConnection.post(AUTH + "login", credentials));
  }

  /**
   * Sends the requests of a visit; returns the answer to the login, or the first failure after it.
   */
  private static HttpConnection.Answer visit(HttpConnection connection, String credentials)
      throws IOException {
    HttpConnection.Answer login = login(connection, credentials);
    if (login.status() != 200 || login.closing()) {
      return login;
    }
    String refresh = Json.of("refresh_token", login.field("refresh_token"));
    byte[] me = HttpConnection.get(AUTH + "me", login.field("access_token"));
    for (byte[] next : List.of(me, HttpConnection.post(AUTH + "refresh", refresh), me)) {
      HttpConnection.Answer answer = connection.send(next);
      if (answer.status() != 200 || answer.closing()) {
        return answer;
      }
    }
    return login;
  }

  public double percentOfHashes() {
    return 100 * loginsPerSecond / hashesPerSecond;
  }
}
