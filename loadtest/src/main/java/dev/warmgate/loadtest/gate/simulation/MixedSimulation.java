package dev.warmgate.loadtest.gate.simulation;

import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.repeat;

import io.gatling.javaapi.core.ChainBuilder;
import java.time.Duration;

/**
 * A typical mix: 8 refreshes and 80 verifications for each login, registrations, and a monitor.
 * Every issued token is verified and every rotated refresh token is used.
 */
public final class MixedSimulation extends GateSimulation {
  private static final int REFRESHES = 8;
  private static final int VERIFICATIONS_EACH = 10;
  private static final double REGISTRATIONS_PER_SECOND = 0.5;

  /** Share of the capacity; low, because each login leads to ninety more requests. */
  public static final double SHARE = 0.04;

  private static final Duration PACE = Duration.ofMillis(80);

  private final double rate = plan.rate();

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
  public Duration length() {
    return profile.warmUp().plus(profile.measured());
  }

  @Override
  public boolean isTraced() {
    return true;
  }
}
