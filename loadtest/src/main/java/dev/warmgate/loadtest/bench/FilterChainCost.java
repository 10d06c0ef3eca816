package dev.warmgate.loadtest.bench;

import java.util.Map;
import java.util.stream.Collectors;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Measures the filter chain in a JVM of its own, with the microbenchmarks of JMH. */
final class FilterChainCost implements Benchmark {
  private Map<String, RunResult> results;

  @Override
  public void run(Bars bars) throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(FilterChainBenchmark.class.getName())
            .addProfiler(GCProfiler.class)
            // Not the few megabytes of this JVM.
            .jvmArgs("--sun-misc-unsafe-memory-access=allow");
    if (Bench.isShort()) {
      options = options.forks(1).warmupIterations(1).measurementIterations(1);
    }
    results =
        new Runner(options.build())
            .run().stream()
                .collect(
                    Collectors.toMap(
                        result -> result.getParams().getBenchmark().replaceFirst(".*\\.", ""),
                        result -> result));
    results.keySet().stream()
        .sorted()
        .forEach(name -> {
          bars.note(name, micros(name), "µs");
          bars.note(name, bytes(name), "bytes");
        });
    bars.atMost(
        "bench.filters.micros",
        "fast lane beyond filterless",
        micros("fastLane") - micros("filterless"),
        "µs");
    bars.atMost(
        "bench.filters.bytes",
        "fast lane beyond empty filters",
        bytes("fastLane") - bytes("emptyFilters"),
        "bytes");
    bars.atMost(
        "bench.filters.traced",
        "traced fast lane beyond empty filters / bare spans, bytes",
        (bytes("fastLaneTraced") - bytes("emptyFilters")) / bytes("bareSpans"),
        "");
  }

  private double micros(String benchmark) {
    return results.get(benchmark).getPrimaryResult().getScore();
  }

  private double bytes(String benchmark) {
    RunResult result = results.get(benchmark);
    String allocated =
        result.getSecondaryResults().keySet().stream()
            .filter(name -> name.endsWith("gc.alloc.rate.norm"))
            .findFirst()
            .orElseThrow();
    return result.getSecondaryResults().get(allocated).getScore();
  }
}
