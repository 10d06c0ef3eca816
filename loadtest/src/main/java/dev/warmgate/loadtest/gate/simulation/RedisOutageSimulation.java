package dev.warmgate.loadtest.gate.simulation;

import static io.gatling.javaapi.core.CoreDsl.pause;

import java.time.Duration;

/** Cuts Redis off and restores it; every answer must stay the same. */
public final class RedisOutageSimulation extends FaultSimulation {
  {
    setUp(
            load(
                api,
                api.verify(),
                pause(1),
                api.verify(),
                api.refresh(),
                api.verify(),
                api.logout()))
        .protocols(protocol())
        .maxDuration(length().plus(LoadProfile.DRAIN))
        .assertions(assertions("login", "verify", "ping"));
  }

  @Override
  protected Duration faultLength() {
    return profile.outage();
  }

  @Override
  public void judge(Judge judge) {
    super.judge(judge);
    judge.answers(true);
    judge.rows("login").ifPresent(judge::p95);
    judge.rows("verify").ifPresent(judge::p95);
    judge.rows("refresh").ifPresent(judge::p95);
    judgeRecovery(judge);
  }
}
