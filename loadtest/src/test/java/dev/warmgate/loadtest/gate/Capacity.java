package dev.warmgate.loadtest.gate;

import dev.warmgate.loadtest.benchmark.Connection;
import dev.warmgate.loadtest.benchmark.Load;
import dev.warmgate.loadtest.benchmark.Outcome;
import dev.warmgate.loadtest.benchmark.ReferenceHash;
import java.time.Duration;
import java.util.function.IntFunction;

/**
 * How many logins a service on this machine manages when always some wait, beside the password
 * hashes that the machine itself manages, both taken in turns.
 *
 * @param hashMillis one hash while all processors hash
 */
record Capacity(double loginsPerSecond, double hashesPerSecond, double hashMillis) {
  private static final int CLIENTS = 8;
  private static final int TURNS = 2;
  private static final Duration EACH = Duration.ofMillis(2500);
  private static final String LOGIN = "/api/v1/auth/login";

  static Capacity measure(int port, Accounts accounts, Duration warmUp)
      throws InterruptedException {
    IntFunction<byte[]> login = client -> Connection.post(LOGIN, accounts.credentials(client));
    Load load = new Load(port);
    load.closed(CLIENTS, warmUp, (connection, client) -> connection.send(login.apply(client)));
    ReferenceHash reference = new ReferenceHash();
    double logins = 0;
    double hashes = 0;
    for (int i = 0; i < TURNS; i++) {
      hashes += reference.measure(EACH).perSecond() / TURNS;
      Outcome outcome =
          load.closed(CLIENTS, EACH, (connection, client) -> connection.send(login.apply(client)));
      if (outcome.countOthers(200, 503) > 0) {
        throw new Invalid("logins failed while the capacity was measured");
      }
      logins += outcome.count(200) / outcome.seconds() / TURNS;
    }
    if (logins < 1) {
      throw new Invalid("not even one login a second was answered");
    }
    return new Capacity(
        logins, hashes, Runtime.getRuntime().availableProcessors() * 1000.0 / hashes);
  }

  double percentOfHashes() {
    return 100 * loginsPerSecond / hashesPerSecond;
  }
}
