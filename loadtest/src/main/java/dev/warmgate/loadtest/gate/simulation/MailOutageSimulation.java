package dev.warmgate.loadtest.gate.simulation;

import dev.warmgate.loadtest.gate.measure.Recovery;
import java.time.Duration;
import java.util.List;

/**
 * Users log in, register and forget passwords while the mail server refuses connections, then
 * accepts them and stays silent, then is slow. No request may notice, and all mails must arrive
 * afterwards.
 */
public final class MailOutageSimulation extends FaultSimulation {
  /** What the mail server does, in turn. */
  private static final List<String> FAULTS = List.of("refuses", "hangs", "is slow");

  private static final double REGISTRATIONS_PER_SECOND = 1;

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
                        api.verify(),
                        api.forgot(),
                        api.logout()),
                    newcomers(
                        "newcomers", REGISTRATIONS_PER_SECOND, measured(), api.registerByMail()),
                    pings(api)))
        .protocols(protocol())
        .maxDuration(length().plus(LoadProfile.DRAIN))
        .assertions(assertions("login", "register", "forgot", "verify", "ping"));
  }

  @Override
  protected Duration faultLength() {
    return profile.outage().multipliedBy(FAULTS.size());
  }

  @Override
  public void judge(Judge judge) {
    judge.requests();
    Recovery recovery = new Recovery(measurements, BEFORE);
    Duration begin = BEFORE;
    for (String fault : FAULTS) {
      measurements
          .rows(recovery.during(begin, profile.outage()))
          .forEach((request, row) ->
              judge.figure("%s p95 while it %s, ms".formatted(request, fault), row.p95()));
      begin = begin.plus(profile.outage());
    }
  }
}
