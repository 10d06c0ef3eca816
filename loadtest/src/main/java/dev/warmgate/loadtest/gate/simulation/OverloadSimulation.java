package dev.warmgate.loadtest.gate.simulation;

import dev.warmgate.loadtest.gate.measure.Recovery;
import dev.warmgate.loadtest.gate.measure.RequestRow;
import dev.warmgate.loadtest.gate.verdict.Check;
import io.gatling.javaapi.core.PopulationBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends several times the logins that fit. The service must serve as many as fit in time, refuse
 * the others at once, keep monitors unaffected, and recover soon afterwards.
 */
public final class OverloadSimulation extends GateSimulation {
  private static final Duration BEFORE = Duration.ofSeconds(8);
  private static final Duration AFTER = Duration.ofSeconds(10);

  private final List<Integer> times = profile.overloads();
  private final double capacity = plan.capacity().orElseThrow().loginsPerSecond();
  private final double light = LoadProfile.whole(LoadProfile.LIGHT_SHARE * capacity);

  {
    List<PopulationBuilder> all = new ArrayList<>();
    all.add(people("usual", light, Duration.ZERO, BEFORE, api.login(), api.verify()));
    for (int i = 0; i < times.size(); i++) {
      double rate = times.get(i) * capacity;
      all.add(people(times.get(i) + " times", rate, begin(i), profile.overload(), api.login()));
      all.add(people("after " + times.get(i), light, end(i), AFTER, api.login(), api.verify()));
    }
    all.add(monitor(Duration.ZERO, length()));
    setUp(all)
        .protocols(protocol())
        .maxDuration(length().plus(LoadProfile.DRAIN))
        .assertions(assertions("login", "ping", "middleware-status"));
  }

  private Duration begin(int overload) {
    return BEFORE.plus(profile.overload().plus(AFTER).multipliedBy(overload));
  }

  private Duration end(int overload) {
    return begin(overload).plus(profile.overload());
  }

  @Override
  public double loginsPerSecond() {
    return times.getLast() * capacity;
  }

  @Override
  public Duration length() {
    return begin(times.size());
  }

  @Override
  public void judge(Judge judge) {
    judge.answers(true);
    judge.rows("ping").ifPresent(judge::p95);
    judge.rows("middleware-status").ifPresent(judge::p95);
    Recovery recovery = new Recovery(measurements, BEFORE);
    for (int i = 0; i < times.size(); i++) {
      String at = times.get(i) + "x ";
      RequestRow logins =
          measurements.rows(recovery.during(begin(i), profile.overload())).get("login");
      if (logins == null) {
        continue;
      }
      double goodput = 100.0 * logins.success() / profile.overload().toSeconds() / capacity;
      judge.figure(at + "p95 of the accepted, ms", logins.p95());
      judge.figure(at + "goodput, % of capacity", goodput);
      judge.figure(at + "p95 of the refused, ms", logins.refusedP95());
      judge.p95(logins);
      judge.add(judge.atMost(Check.Kind.LIMIT, "overload.refused.p95", logins.refusedP95(), "ms"));
      double seconds = recovery.seconds(end(i));
      judge.figure(at + "recovered after, s", seconds);
      judge.add(judge.atMost(Check.Kind.LIMIT, "recovery.seconds", seconds, "s"));
    }
  }
}
