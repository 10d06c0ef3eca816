package dev.warmgate.loadtest.gate.simulation;

import java.time.Duration;

/**
 * A load from the first ready answer of a restarted service on. The very first requests, and the
 * first after an idle time, are sent and judged separately.
 */
public final class ColdStartSimulation extends GateSimulation {
  private final double rate = plan.rate();

  {
    setUp(
            people(
                "people at once",
                rate,
                Duration.ZERO,
                length(),
                api.login(),
                api.verify(),
                api.refresh(),
                api.logout()),
            monitor(Duration.ZERO, length()))
        .protocols(protocol())
        .maxDuration(length().plus(LoadProfile.DRAIN))
        .assertions(assertions("login"));
  }

  @Override
  public Duration length() {
    return profile.warmUp();
  }

  @Override
  public boolean isServedThroughout() {
    return false;
  }

  @Override
  public void judge(Judge judge) {
    judge.firstRequests();
  }
}
