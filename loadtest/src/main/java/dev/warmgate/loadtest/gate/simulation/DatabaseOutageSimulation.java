package dev.warmgate.loadtest.gate.simulation;

import static io.gatling.javaapi.core.CoreDsl.pause;

import dev.warmgate.loadtest.gate.measure.Recovery;
import dev.warmgate.loadtest.gate.measure.Sample;
import dev.warmgate.loadtest.gate.verdict.Check;
import java.time.Duration;

/**
 * Cuts PostgreSQL off and restores it: known tokens stay valid, logins are refused at once during
 * the outage, and the service recovers afterwards.
 */
public final class DatabaseOutageSimulation extends FaultSimulation {
  /** Earlier requests may still be in flight, and new connections take a moment. */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  private final AuthApi requests = AuthApi.duringOutage(measurements);

  {
    setUp(
            load(
                requests,
                requests.firstVerify(),
                pause(2),
                requests.verify(),
                pause(2),
                requests.verify()))
        .protocols(protocol())
        .maxDuration(length().plus(LoadProfile.DRAIN))
        .assertions(assertions("verify", "ping"));
  }

  @Override
  protected Duration faultLength() {
    return profile.outage();
  }

  @Override
  public void judge(Judge judge) {
    super.judge(judge);
    judge.answers(false);
    judge.rows("login").ifPresent(judge::p95);
    judge.rows("verify").ifPresent(judge::p95);
    double refusedVerifications =
        judge.rows("verify").map(row -> (double) row.unavailable()).orElse(0.0);
    judge.add(
        Check.atMost(
            Check.Kind.ANSWERS,
            "verifications refused",
            refusedVerifications,
            0,
            "of known tokens"));
    Recovery recovery = new Recovery(measurements, BEFORE);
    double unnecessaryRefusals =
        measurements.samples().stream()
            .filter(sample -> sample.outcome() == Sample.Outcome.UNAVAILABLE)
            .filter(
                recovery
                    .during(BEFORE.minus(MARGIN), profile.outage().plus(MARGIN).plus(MARGIN))
                    .negate())
            .count();
    judge.add(
        Check.atMost(
            Check.Kind.ANSWERS, "unnecessary refusals", unnecessaryRefusals, 0, "requests"));
    judge
        .rows("login")
        .ifPresent(row -> {
          judge.figure("p95 of the refused, ms", row.refusedP95());
          judge.add(judge.atMost(Check.Kind.LIMIT, "outage.refused.p95", row.refusedP95(), "ms"));
        });
    judgeRecovery(judge);
  }
}
