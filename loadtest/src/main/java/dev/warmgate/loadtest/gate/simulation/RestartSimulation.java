package dev.warmgate.loadtest.gate.simulation;

import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.pause;

import java.time.Duration;

/**
 * One of two replicas behind a balancer is stopped, restarted and then killed. The stop must lose
 * no request; the kill may lose only the requests in flight.
 */
public final class RestartSimulation extends GateSimulation {
  private static final Duration AWAY = Duration.ofSeconds(30);
  private static final Duration AFTER = Duration.ofSeconds(12);

  private final double rate = plan.rate();

  {
    setUp(
            warmUp(rate)
                .andThen(
                    people(
                        "people",
                        rate,
                        Duration.ZERO,
                        measured(),
                        api.login(),
                        pause(1),
                        api.verify(),
                        pause(1),
                        api.verify())))
        .protocols(protocol())
        .maxDuration(length().plus(LoadProfile.DRAIN))
        .assertions(global().failedRequests().percent().lte(1.0), p95("login"));
  }

  private static Duration measured() {
    return LoadProfile.BEFORE_A_FAULT.plus(AWAY).plus(AFTER);
  }

  @Override
  public Duration length() {
    return profile.warmUp().plus(measured());
  }

  @Override
  public void judge(Judge judge) {
    // Verifications are not judged: the starting replica uses the processors of the same machine.
    judge.rows("login").ifPresent(judge::p95);
  }
}
