package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.load.ReferenceHash;
import java.util.Map;

/**
 * Measures the time from process start to ready and what the warm-up adds to it; see {@link
 * StartBench} for more ways to start.
 */
final class StartCost implements Benchmark {
  @Override
  public void run(Bars bars) throws Exception {
    bars.note(
        "reference hashes", new ReferenceHash().measure(Bench.seconds(5, 1)).perSecond(), "/s");
    Map<String, Double> ready = StartBench.readySeconds(Bench.times(5));
    bars.note("process start to ready, agent off, start cache", ready.get("aot"), "s");
    bars.note("process start to ready, agent on", ready.get("agent"), "s");
    bars.atMost(
        "bench.start.warmup",
        "warm-up adds, agent off",
        ready.get("aot") - ready.get("aot-cold"),
        "s");
    bars.atMost(
        "bench.start.warmup",
        "warm-up adds, agent on",
        ready.get("agent") - ready.get("agent-cold"),
        "s");
  }
}
