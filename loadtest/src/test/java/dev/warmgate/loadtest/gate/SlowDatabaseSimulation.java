package dev.warmgate.loadtest.gate;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Adds round trips of 50 ms and then 200 ms to PostgreSQL: logins take correspondingly longer, and
 * none fails.
 */
public final class SlowDatabaseSimulation extends FaultSimulation {
  private static final List<Integer> ROUND_TRIPS = List.of(50, 200);

  {
    setUp(load(api, api.verify(), api.refresh(), api.verify(), api.logout()))
        .protocols(protocol())
        .maxDuration(length().plus(LoadProfile.DRAIN))
        .assertions(assertions("login", "ping"));
  }

  @Override
  protected Duration faultLength() {
    return profile.outage().multipliedBy(ROUND_TRIPS.size());
  }

  @Override
  protected void inject() throws IOException, InterruptedException {
    for (int millis : ROUND_TRIPS) {
      database.delay(Duration.ofMillis(millis).dividedBy(2));
      Thread.sleep(profile.outage());
    }
    database.heal();
  }

  @Override
  protected void judge(Judge judge) {
    super.judge(judge);
    judge.answers(true);
    judge.rows("login").ifPresent(judge::p95);
    judge.rows("refresh").ifPresent(judge::p95);
    Recovery recovery = new Recovery(measurements, BEFORE);
    Duration begin = BEFORE;
    for (int millis : ROUND_TRIPS) {
      measurements
          .rows(recovery.during(begin, profile.outage()))
          .forEach((request, row) ->
              figures.put("%s p95 at %3d ms, ms".formatted(request, millis), row.p95()));
      begin = begin.plus(profile.outage());
    }
    judgeRecovery(judge);
  }
}
