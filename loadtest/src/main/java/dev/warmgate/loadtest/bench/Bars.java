package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.gate.report.Result;
import dev.warmgate.loadtest.gate.verdict.Check;
import dev.warmgate.loadtest.gate.verdict.Check.Kind;
import dev.warmgate.loadtest.gate.verdict.Thresholds;
import dev.warmgate.loadtest.load.ForeignLoad;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Compares the measurements of one benchmark with their bars, and prints each at once. */
final class Bars {
  private final Thresholds thresholds;
  private final List<Check> checks = new ArrayList<>();
  private final Map<String, Double> figures = new TreeMap<>();
  private final long began = System.nanoTime();

  Bars(Thresholds thresholds) {
    this.thresholds = thresholds;
  }

  /**
   * @param key of the bar in {@link Thresholds}
   */
  void atMost(String key, String what, double measured, String unit) {
    add(Check.atMost(Kind.LIMIT, what, measured, thresholds.of(key), unit));
  }

  /**
   * @param key of the bar in {@link Thresholds}
   */
  void atLeast(String key, String what, double measured, String unit) {
    add(Check.atLeast(Kind.LIMIT, what, measured, thresholds.of(key), unit));
  }

  /** Returns the size of a benchmark, which {@link Thresholds} holds beside the bars. */
  int size(String key) {
    return (int) thresholds.of(key);
  }

  /** Compares a number of wrong answers with its bar. */
  void wrong(String what, double count) {
    add(Check.atMost(Kind.ANSWERS, what, count, thresholds.of("bench.failed"), ""));
  }

  /** Adds a figure without a bar to the report. */
  void keep(String what, double measured, String unit) {
    figures.put(unit.isEmpty() ? what : what + ", " + unit, measured);
  }

  /** Prints a figure without a bar. */
  void note(String what, double measured, String unit) {
    keep(what, measured, unit);
    System.out.printf(Locale.ROOT, "  %-66s %9s %-5s%n", what, Check.number(measured), unit);
  }

  /** Checks that the machine was idle enough for valid figures. */
  void judge(ForeignLoad load) {
    add(
        Check.atMost(
            Kind.MEASUREMENT,
            "load from other programs",
            100 * load.cores(),
            thresholds.of("foreign.cpu"),
            "%"));
  }

  /** Makes the result invalid, because the benchmark did not complete. */
  void didNotRun(String why) {
    checks.add(Check.that(Kind.TARGET, "run", false, why));
    System.out.println("  INVALID " + why);
  }

  private void add(Check check) {
    checks.add(check);
    System.out.printf(
        Locale.ROOT,
        "  %-66s %9s %-5s bar %-8s %s%n",
        check.what(),
        Check.number(check.measured()),
        check.unit(),
        check.limit(),
        check.ok() ? "ok" : check.kind().verdict());
  }

  Result result(String name) {
    return Result.of(name, (System.nanoTime() - began) / 1e9, checks, figures);
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
