package dev.warmgate.loadtest.gate.simulation;

import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.repeat;

import dev.warmgate.loadtest.gate.measure.RequestRow;
import dev.warmgate.loadtest.gate.verdict.Check;
import io.gatling.javaapi.core.ChainBuilder;
import java.time.Duration;

/**
 * A typical mix: 8 refreshes and 80 verifications for each login, registrations, logins with a
 * second factor, and a monitor. Every issued token is verified and every rotated refresh token is
 * used.
 */
public final class MixedSimulation extends GateSimulation {
  private static final int REFRESHES = 8;
  private static final int VERIFICATIONS_EACH = 10;
  private static final double REGISTRATIONS_PER_SECOND = 0.5;

  /** Each enrols a factor first, since every code is good once. */
  private static final double FACTORS_PER_SECOND = 2;

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
                        api.onTheFullLane(),
                        api.logout(),
                        api.refused()),
                    newcomers(
                        "newcomers",
                        REGISTRATIONS_PER_SECOND,
                        profile.measured(),
                        api.register(),
                        api.verify()),
                    newcomers(
                        "people with a second factor",
                        FACTORS_PER_SECOND,
                        profile.measured(),
                        api.register(),
                        api.enrol(),
                        api.loginWithFactor(),
                        api.verify(),
                        api.removeFactor()),
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
  public void judge(Judge judge) {
    super.judge(judge);
    double plain = judge.rows("login").map(RequestRow::p95).orElse(0.0);
    double both = judge.rows(AuthApi.LOGIN_WITH_FACTOR).map(RequestRow::p95).orElse(0.0);
    judge.add(
        judge.atMost(
            Check.Kind.LIMIT,
            "login.with-factor",
            plain > 0 && both > 0 ? both / plain : Double.POSITIVE_INFINITY,
            "times the p95 of a login without a factor"));
  }

  @Override
  public boolean isTraced() {
    return true;
  }
}
