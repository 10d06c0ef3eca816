package dev.warmgate.loadtest.gate.simulation;

import dev.warmgate.loadtest.gate.measure.Recovery;
import java.time.Duration;
import java.util.List;

/**
 * Adds round trips of 50 ms and then 200 ms to PostgreSQL: logins take correspondingly longer, and
 * none fails.
 */
public final class SlowDatabaseSimulation extends FaultSimulation {
  /** Milliseconds of each round trip, in turn. */
  public static final List<Integer> ROUND_TRIPS = List.of(50, 200);

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
  public void judge(Judge judge) {
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
              judge.figure("%s p95 at %3d ms, ms".formatted(request, millis), row.p95()));
      begin = begin.plus(profile.outage());
    }
    judgeRecovery(judge);
  }
}
