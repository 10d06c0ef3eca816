package dev.warmgate.loadtest.gate;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * Users log in, use their session and log out while a monitor pings, at 60 % of the capacity
 * measured just before. Maven runs this simulation by default.
 */
public final class LoginSimulation extends GateSimulation {
  private final Capacity capacity = profile.rate().isPresent() ? null : gate.capacity();
  private final double rate =
      capacity == null
          ? profile.rate().getAsDouble()
          : whole(LoadProfile.USUAL_SHARE * capacity.visitsPerSecond());

  private OptionalLong connectionsBefore = OptionalLong.empty();

  {
    setUp(
            steady(
                rate,
                profile.measured(),
                api.login(),
                api.verify(),
                api.refresh(),
                api.verify(),
                api.sessions(),
                api.logout(),
                api.refused()))
        .protocols(protocol())
        .maxDuration(length().plus(LoadProfile.DRAIN))
        .assertions(assertions("login", "verify", "ping", "middleware-status"));
  }

  @Override
  protected double loginsPerSecond() {
    return rate;
  }

  @Override
  protected Duration length() {
    return profile.warmUp().plus(profile.measured());
  }

  @Override
  protected boolean isTraced() {
    return true;
  }

  @Override
  public void before() {
    connectionsBefore = gate.target().databaseConnections();
    super.before();
  }

  /**
   * Checks the number of new database connections: a connection per request fails here even if it
   * is fast.
   */
  private void judgeConnections(Judge judge) {
    double logins = judge.rows("login").map(RequestRow::all).orElse(0L);
    if (connectionsBefore.isPresent() && logins > 0) {
      // The query itself uses one of them.
      long opened =
          gate.target().databaseConnections().orElseThrow() - connectionsBefore.getAsLong() - 1;
      judge.add(
          judge
              .atMost(
                  Check.Kind.ANSWERS, "login.connections", 100 * opened / logins, "% of the logins")
              .because(opened + " connections opened to PostgreSQL"));
    }
  }

  @Override
  protected void judge(Judge judge) {
    judge.requests();
    judgeConnections(judge);
    if (capacity != null) {
      figures.put("capacity, logins/s", capacity.loginsPerSecond());
      figures.put("capacity, visits/s", capacity.visitsPerSecond());
      figures.put("reference, hashes/s", capacity.hashesPerSecond());
      judge.add(
          Check.atLeast(
              Check.Kind.LIMIT,
              "capacity.percent",
              capacity.percentOfHashes(),
              thresholds.of("capacity.percent"),
              "% of the machine's own hashes/s"));
      judge
          .rows("login")
          .ifPresent(row ->
              judge.add(
                  judge.atMost(
                      Check.Kind.LIMIT,
                      "login.hashes",
                      row.p95() / capacity.hashMillis(),
                      "times a hash of this machine, at p95")));
    }
  }
}
