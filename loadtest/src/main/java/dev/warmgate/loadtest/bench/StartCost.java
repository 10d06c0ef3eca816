package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.load.ReferenceHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Measures the time from process start to ready, what the warm-up adds to it and what its steps
 * take, all in proportion to an empty program with the agent; see {@link StartBench} for more ways
 * to start.
 */
final class StartCost implements Benchmark {
  private Map<String, List<StartBench.Start>> starts = Map.of();

  @Override
  public void run(Bars bars) throws Exception {
    bars.note(
        "reference hashes", new ReferenceHash().measure(Bench.seconds(5, 1)).perSecond(), "/s");
    List<Double> empty = new ArrayList<>();
    for (int i = 0; i < Bench.times(5); i++) {
      empty.add(EmptyStart.seconds());
    }
    starts = StartBench.measureAll(Bench.times(5));
    bars.note("an empty program with the agent", Bars.median(empty), "s");
    bars.note("process start to ready, agent off, no start-up cache", ready("plain"), "s");
    bars.note("process start to ready, agent off", ready("aot"), "s");
    bars.note("process start to ready, agent on, no start-up cache", ready("agent-plain"), "s");
    bars.note("process start to ready, agent on", ready("agent"), "s");
    double floor = Bars.median(empty);
    bars.atMost(
        "bench.start.floor",
        "start to ready, agent on / an empty program with the agent",
        ready("agent") / floor,
        "");
    share(bars, "bench.start.warmup", "warm-up adds, agent off", added("aot"), floor);
    share(bars, "bench.start.warmup", "warm-up adds, agent on", added("agent"), floor);
    warmUpOf(bars, "database", List.of("database", "pool"), floor);
    warmUpOf(bars, "redis", List.of("redis"), floor);
  }

  private void warmUpOf(Bars bars, String dependency, List<String> steps, double floor) {
    String what = "warm-up of " + dependency;
    bars.note(what + ", agent off", taken("aot", steps), "s");
    share(bars, "bench.start.step", what + ", agent on", taken("agent", steps), floor);
  }

  /** Judges seconds as a share of what the same machine needs for an empty program. */
  private static void share(Bars bars, String bar, String what, double seconds, double floor) {
    bars.note(what, seconds, "s");
    bars.atMost(bar, what + " / an empty program", seconds / floor, "");
  }

  private double added(String way) {
    return ready(way) - ready(way + "-cold");
  }

  private double ready(String way) {
    return median(way, StartBench.Start::seconds);
  }

  private double taken(String way, List<String> steps) {
    return median(way, start -> steps.stream().mapToDouble(start.steps()::get).sum());
  }

  private double median(String way, ToDoubleFunction<StartBench.Start> figure) {
    return Bars.median(starts.get(way).stream().map(figure::applyAsDouble).toList());
  }
}
