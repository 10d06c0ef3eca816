package dev.warmgate.loadtest.gate.simulation;

import dev.warmgate.loadtest.gate.measure.Usage;
import dev.warmgate.loadtest.gate.verdict.Check;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A long light load during which the resources of the service's process must not grow. */
public final class SoakSimulation extends GateSimulation {
  private final double rate = plan.rate();

  {
    setUp(
            steady(
                rate,
                profile.soak(),
                api.login(),
                api.verify(),
                api.refresh(),
                api.verify(),
                api.logout()))
        .protocols(protocol())
        .maxDuration(length().plus(LoadProfile.DRAIN))
        .assertions(assertions("login", "verify", "ping", "middleware-status"));
  }

  @Override
  public Duration length() {
    return profile.warmUp().plus(profile.soak());
  }

  @Override
  public void judge(Judge judge) {
    judge.requests();
    if (!plan.service().own()) {
      // The resources of a remote process are not visible.
      return;
    }
    growth(judge, "resident memory", Usage::residentMib);
    growth(judge, "threads", usage -> usage.threads());
    growth(judge, "files and sockets", usage -> usage.files());
    growth(judge, "connections in use", usage -> 1 + usage.poolActive());
  }

  /** Compares the median of the last third with that of the first. */
  private void growth(Judge judge, String what, ToDoubleFunction<Usage> held) {
    List<Usage> measured = judge.usages().stream().filter(Usage::measured).toList();
    int third = measured.size() / 3;
    if (third == 0) {
      return;
    }
    double first = median(measured.subList(0, third), held);
    double last = median(measured.subList(measured.size() - third, measured.size()), held);
    double percent = first == 0 ? 0 : 100 * (last - first) / first;
    judge.figure("growth of " + what + ", %", percent);
    judge.add(
        Check.atMost(
            Check.Kind.LIMIT,
            "soak.growth",
            percent,
            thresholds.of("soak.growth"),
            "% of " + what));
  }

  private static double median(List<Usage> usages, ToDoubleFunction<Usage> held) {
    double[] sorted = usages.stream().mapToDouble(held).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
