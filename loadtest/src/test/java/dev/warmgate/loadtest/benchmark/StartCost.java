package dev.warmgate.loadtest.benchmark;

import java.util.Map;

/**
 * Measures the time from process start to ready and what the warm-up adds to it; see {@link
 * StartBench} for more ways to start.
 */
final class StartCost implements Benchmark {
  @Override
  public void run(Report report) throws Exception {
    report.note(
        "reference hashes", new ReferenceHash().measure(Bench.seconds(5, 1)).perSecond(), "/s");
    Map<String, Double> ready = StartBench.readySeconds(Bench.times(5));
    report.note("process start to ready, agent off, start cache", ready.get("aot"), "s");
    report.note("process start to ready, agent on", ready.get("agent"), "s");
    report.atMost("warm-up adds, agent off", ready.get("aot") - ready.get("aot-cold"), 1.5, "s");
    report.atMost("warm-up adds, agent on", ready.get("agent") - ready.get("agent-cold"), 1.5, "s");
  }
}
