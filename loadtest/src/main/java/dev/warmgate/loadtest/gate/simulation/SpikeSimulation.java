package dev.warmgate.loadtest.gate.simulation;

import dev.warmgate.loadtest.gate.measure.Capacity;
import dev.warmgate.loadtest.gate.measure.Recovery;
import dev.warmgate.loadtest.gate.verdict.Check;
import java.time.Duration;

/** For a few seconds three times as many logins arrive as the service can handle. */
public final class SpikeSimulation extends GateSimulation {
  private static final Duration BEFORE = Duration.ofSeconds(10);
  private static final Duration SPIKE = Duration.ofSeconds(5);
  private static final Duration AFTER = Duration.ofSeconds(10);
  private static final int TIMES = 3;

  /** For a service given by --url, the rate given by --rate counts as its capacity. */
  private final double capacity =
      plan.capacity().map(Capacity::loginsPerSecond).orElse(plan.rate());

  private final double light = LoadProfile.whole(LoadProfile.LIGHT_SHARE * capacity);

  {
    Duration end = BEFORE.plus(SPIKE);
    setUp(
            people("usual", light, Duration.ZERO, BEFORE, api.login(), api.verify()),
            people("spike", TIMES * capacity, BEFORE, SPIKE, api.login()),
            people("after", light, end, AFTER, api.login(), api.verify()),
            monitor(Duration.ZERO, length()))
        .protocols(protocol())
        .maxDuration(length().plus(LoadProfile.DRAIN))
        .assertions(assertions("login", "ping"));
  }

  @Override
  public double loginsPerSecond() {
    return TIMES * capacity;
  }

  @Override
  public Duration length() {
    return BEFORE.plus(SPIKE).plus(AFTER);
  }

  @Override
  public void judge(Judge judge) {
    judge.answers(true);
    measurements.rows().values().stream()
        .filter(row -> !row.request().equals("verify"))
        .forEach(judge::p95);
    double seconds = new Recovery(measurements, BEFORE).seconds(BEFORE.plus(SPIKE));
    judge.figure("recovered after, s", seconds);
    judge.add(judge.atMost(Check.Kind.LIMIT, "recovery.seconds", seconds, "s"));
  }
}
