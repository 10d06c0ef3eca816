package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.load.ReferenceHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Measures the time from process start to ready, with the agent in proportion to an empty program
 * with the same agent, and what the warm-up adds and its steps take; see {@link StartBench} for
 * more ways to start.
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
    bars.atMost(
        "bench.start.floor",
        "start to ready, agent on / an empty program with the agent",
        ready("agent") / Bars.median(empty),
        "");
    bars.atMost(
        "bench.start.warmup", "warm-up adds, agent off", ready("aot") - ready("aot-cold"), "s");
    bars.atMost(
        "bench.start.warmup", "warm-up adds, agent on", ready("agent") - ready("agent-cold"), "s");
    for (String step : List.of("database", "redis")) {
      bars.note("warm-up of " + step + ", agent off", step("aot", step), "s");
      bars.atMost(
          "bench.start.step", "warm-up of " + step + ", agent on", step("agent", step), "s");
    }
  }

  private double ready(String way) {
    return median(way, StartBench.Start::seconds);
  }

  private double step(String way, String step) {
    return median(way, start -> start.steps().get(step));
  }

  private double median(String way, ToDoubleFunction<StartBench.Start> figure) {
    return Bars.median(starts.get(way).stream().map(figure::applyAsDouble).toList());
  }
}
