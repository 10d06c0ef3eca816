package dev.warmgate.loadtest.gate;

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
  private final Capacity capacity = gate.capacity();
  private final double light = whole(LoadProfile.LIGHT_SHARE * capacity.loginsPerSecond());

  {
    List<PopulationBuilder> all = new ArrayList<>();
    all.add(people("usual", light, Duration.ZERO, BEFORE, api.login(), api.verify()));
    for (int i = 0; i < times.size(); i++) {
      double rate = times.get(i) * capacity.loginsPerSecond();
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
  protected double loginsPerSecond() {
    return times.getLast() * capacity.loginsPerSecond();
  }

  @Override
  protected Duration length() {
    return begin(times.size());
  }

  @Override
  protected void judge(Judge judge) {
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
      double goodput =
          100.0 * logins.success() / profile.overload().toSeconds() / capacity.loginsPerSecond();
      figures.put(at + "p95 of the accepted, ms", logins.p95());
      figures.put(at + "goodput, % of capacity", goodput);
      figures.put(at + "p95 of the refused, ms", logins.refusedP95());
      String key = times.get(i) == 2 ? "overload.goodput" : "overload" + times.get(i) + ".goodput";
      judge.p95(logins);
      judge.add(
          Check.atLeast(
              Check.Kind.LIMIT, key, goodput, thresholds.of(key), "% of the capacity served"));
      judge.add(judge.atMost(Check.Kind.LIMIT, "overload.refused.p95", logins.refusedP95(), "ms"));
      double seconds = recovery.seconds(end(i));
      figures.put(at + "recovered after, s", seconds);
      judge.add(judge.atMost(Check.Kind.LIMIT, "recovery.seconds", seconds, "s"));
    }
  }
}
