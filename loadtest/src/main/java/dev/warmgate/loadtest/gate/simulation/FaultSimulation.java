package dev.warmgate.loadtest.gate.simulation;

import dev.warmgate.loadtest.gate.measure.Recovery;
import dev.warmgate.loadtest.gate.verdict.Check;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import java.time.Duration;

/** A load during which something that the service needs is slow or unreachable for a while. */
abstract class FaultSimulation extends GateSimulation {
  protected static final Duration BEFORE = LoadProfile.BEFORE_A_FAULT;
  protected static final Duration AFTER = Duration.ofSeconds(12);

  protected final double rate = plan.rate();

  /** Returns how long the fault lasts. */
  protected abstract Duration faultLength();

  protected final Duration faultEnd() {
    return BEFORE.plus(faultLength());
  }

  /** Returns the length of the measurement. */
  protected final Duration measured() {
    return faultEnd().plus(AFTER);
  }

  /** Returns users who log in and stay for a while, and a monitor. */
  protected final PopulationBuilder load(AuthApi requests, ChainBuilder... stay) {
    ChainBuilder[] steps = new ChainBuilder[stay.length + 1];
    steps[0] = requests.login();
    System.arraycopy(stay, 0, steps, 1, stay.length);
    return warmUp(rate)
        .andThen(people("people", rate, Duration.ZERO, measured(), steps), pings(requests));
  }

  protected final PopulationBuilder pings(AuthApi requests) {
    return people(
        "monitor", LoadProfile.PROBES_PER_SECOND, Duration.ZERO, measured(), requests.ping());
  }

  @Override
  public Duration length() {
    return profile.warmUp().plus(measured());
  }

  @Override
  public void judge(Judge judge) {
    judge.rows("ping").ifPresent(judge::p95);
  }

  /** Checks how soon after the fault logins work as before. */
  protected final void judgeRecovery(Judge judge) {
    double seconds = new Recovery(measurements, BEFORE).seconds(faultEnd());
    judge.figure("recovered after, s", seconds);
    judge.add(judge.atMost(Check.Kind.LIMIT, "recovery.seconds", seconds, "s"));
  }
}
