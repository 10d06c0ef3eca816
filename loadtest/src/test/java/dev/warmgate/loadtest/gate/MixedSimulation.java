package dev.warmgate.loadtest.gate;

import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.repeat;

import io.gatling.javaapi.core.ChainBuilder;
import java.time.Duration;

/**
 * What a day looks like: for each login 8 refreshes and 80 verifications, people who register, and
 * a monitor. Every token that is minted is verified, every rotation is used.
 */
public final class MixedSimulation extends GateSimulation {
  private static final int REFRESHES = 8;
  private static final int VERIFICATIONS_EACH = 10;
  private static final double REGISTRATIONS_PER_SECOND = 0.5;

  /** Of capacity, for a login brings ninety requests more. */
  private static final double SHARE = 0.04;

  private static final Duration PACE = Duration.ofMillis(80);

  private final double rate = whole(gate.rate(SHARE));

  {
    ChainBuilder use =
        repeat(REFRESHES)
            .on(exec(api.refresh()).exec(repeat(VERIFICATIONS_EACH).on(pause(PACE), api.verify())));
    setUp(
            warmUp(rate)
                .andThen(
                    people(
                        "people",
                        rate,
                        Duration.ZERO,
                        profile.measured(),
                        api.login(),
                        api.verify(),
                        use,
                        api.sessions(),
                        api.logout(),
                        api.refused()),
                    newcomers(
                        REGISTRATIONS_PER_SECOND, profile.measured(), api.register(), api.verify()),
                    monitor(Duration.ZERO, profile.measured())))
        .protocols(protocol())
        .maxDuration(length().plus(LoadProfile.DRAIN))
        .assertions(assertions("login", "verify", "refresh", "ping", "middleware-status"));
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
}
