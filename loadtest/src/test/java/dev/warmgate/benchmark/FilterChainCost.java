package dev.warmgate.benchmark;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the benchmark of the filter chain and compares it with its bars; exits with 1 if one is
 * broken.
 */
final class FilterChainCost {
  private static final double MAX_FAST_MICROS = 10;
  private static final double MAX_UNTRACED_BYTES = 1024;
  private static final double MAX_TRACED_RATIO = 1.3;

  private final Map<String, RunResult> results;
  private boolean kept = true;

  private FilterChainCost(Collection<RunResult> results) {
    this.results =
        results.stream()
            .collect(
                Collectors.toMap(
                    result -> result.getParams().getBenchmark().replaceFirst(".*\\.", ""),
                    result -> result));
  }

  public static void main(String[] arguments) throws RunnerException {
    FilterChainCost cost =
        new FilterChainCost(
            new Runner(
                    new OptionsBuilder()
                        .include(FilterChainBenchmark.class.getName())
                        .addProfiler(GCProfiler.class)
                        .build())
                .run());
    System.exit(cost.judge() ? 0 : 1);
  }

  private boolean judge() {
    System.out.printf("%n%-16s %10s %14s%n", "one request", "µs", "bytes allocated");
    results.keySet().stream()
        .sorted()
        .forEach(
            name -> System.out.printf("%-16s %10.2f %14.0f%n", name, micros(name), bytes(name)));
    System.out.println();
    limit(
        "fast lane beyond filterless, µs",
        micros("fastLane") - micros("filterless"),
        MAX_FAST_MICROS);
    limit(
        "fast lane beyond empty filters, bytes",
        bytes("fastLane") - bytes("emptyFilters"),
        MAX_UNTRACED_BYTES);
    limit(
        "traced fast lane beyond empty filters ÷ bare spans, bytes",
        (bytes("fastLaneTraced") - bytes("emptyFilters")) / bytes("bareSpans"),
        MAX_TRACED_RATIO);
    return kept;
  }

  private void limit(String what, double figure, double limit) {
    boolean holds = figure <= limit;
    kept &= holds;
    System.out.printf(
        "%-4s %-56s %8.2f, at most %.1f%n", holds ? "PASS" : "FAIL", what, figure, limit);
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
