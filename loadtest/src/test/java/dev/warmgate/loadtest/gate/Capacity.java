package dev.warmgate.loadtest.gate;

import dev.warmgate.loadtest.benchmark.Connection;
import dev.warmgate.loadtest.benchmark.Load;
import dev.warmgate.loadtest.benchmark.Outcome;
import dev.warmgate.loadtest.benchmark.ReferenceHash;
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
record Capacity(
    double loginsPerSecond, double visitsPerSecond, double hashesPerSecond, double hashMillis) {
  private static final int CLIENTS = 8;
  private static final int TURNS = 2;
  private static final Duration EACH = Duration.ofMillis(2500);
  private static final String AUTH = "/api/v1/auth/";

  static Capacity measure(int port, Accounts accounts, Duration warmUp)
      throws InterruptedException {
    Load load = new Load(port);
    // Uses all accounts in turn, so that none exceeds its limit of sessions.
    AtomicInteger turn = new AtomicInteger();
    Load.Step login =
        (connection, _) -> login(connection, accounts.credentials(turn.getAndIncrement()));
    Load.Step visit =
        (connection, _) -> visit(connection, accounts.credentials(turn.getAndIncrement()));
    load.closed(CLIENTS, warmUp, visit);
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
    Outcome outcome = load.closed(CLIENTS, EACH, step);
    if (outcome.countOthers(200, 503) > 0) {
      throw new Invalid("logins failed during the capacity measurement");
    }
    return outcome.count(200) / outcome.seconds();
  }

  private static Connection.Answer login(Connection connection, String credentials)
      throws IOException {
    return connection.send(Connection.post(AUTH + "login", credentials));
  }

  /**
   * Sends the requests of {@link LoginSimulation}; returns the answer to the login, or the first
   * failure after it.
   */
  private static Connection.Answer visit(Connection connection, String credentials)
      throws IOException {
    Connection.Answer login = login(connection, credentials);
    if (login.status() != 200 || login.closing()) {
      return login;
    }
    String refresh = "{\"refresh_token\":\"" + login.field("refresh_token") + "\"}";
    byte[] me = Connection.get(AUTH + "me", login.field("access_token"));
    for (byte[] next : List.of(me, Connection.post(AUTH + "refresh", refresh), me)) {
      Connection.Answer answer = connection.send(next);
      if (answer.status() != 200 || answer.closing()) {
        return answer;
      }
    }
    return login;
  }

  double percentOfHashes() {
    return 100 * loginsPerSecond / hashesPerSecond;
  }
}
