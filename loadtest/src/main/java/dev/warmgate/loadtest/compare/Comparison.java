package dev.warmgate.loadtest.compare;

import dev.warmgate.loadtest.gate.verdict.Check;
import dev.warmgate.loadtest.gate.verdict.Thresholds;
import dev.warmgate.loadtest.gate.verdict.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Decides whether a build is worse than another, from pairs of slices measured one after the other
 * at the same rate. It reports a build as worse only with 95 % confidence.
 */
final class Comparison {
  private final Thresholds thresholds = Thresholds.defaults();
  private final double loginsPerSecond;
  private final List<Slice> baseline = new ArrayList<>();
  private final List<Slice> candidate = new ArrayList<>();

  /** One figure of both builds and their ratio. */
  record Row(String name, double baseline, double candidate, Bootstrap.Interval ratio) {
    private Check check(Thresholds thresholds) {
      return Check.atMost(
          Check.Kind.REGRESSION,
          name + ", times the baseline's at least",
          ratio.low(),
          thresholds.of("baseline.worse"),
          "");
    }
  }

  Comparison(double loginsPerSecond) {
    this.loginsPerSecond = loginsPerSecond;
  }

  void add(Slice ofBaseline, Slice ofCandidate) {
    baseline.add(ofBaseline);
    candidate.add(ofCandidate);
  }

  int pairs() {
    return baseline.size();
  }

  double loginsPerSecond() {
    return loginsPerSecond;
  }

  /** Returns login p95 and processor time. */
  List<Row> rows() {
    return List.of(
        row("login p95, ms", Slice::loginP95), row("CPU per request, ms", Slice::cpuMillis));
  }

  Verdict verdict() {
    return Verdict.of(checks());
  }

  /**
   * Returns whether both builds answered, neither is worse, and the measurement is certain enough.
   */
  List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    checks.add(failed(Check.Kind.TARGET, "failed requests of the baseline", baseline));
    checks.add(failed(Check.Kind.ANSWERS, "failed requests", candidate));
    rows().forEach(row -> checks.add(row.check(thresholds)));
    checks.add(
        Check.atMost(
            Check.Kind.MEASUREMENT,
            "login p95, times the baseline's at most",
            rows().getFirst().ratio().high(),
            thresholds.of("baseline.unclear"),
            ""));
    return checks;
  }

  boolean isWorse(Row row) {
    return !row.check(thresholds).ok();
  }

  double worseFrom() {
    return thresholds.of("baseline.worse");
  }

  /** Returns the reason for the verdict in one line. */
  String reason() {
    String failed =
        String.format(
            Locale.ROOT,
            "%.1f %% of the requests failed, %.1f %% in the baseline",
            100 * failedShare(candidate),
            100 * failedShare(baseline));
    Optional<Check> decisive =
        checks().stream().filter(check -> !check.ok()).min(Comparator.comparing(Check::kind));
    if (decisive.isEmpty()) {
      return "no worse than the baseline";
    }
    return switch (decisive.get().kind()) {
      case REGRESSION ->
          rows().stream()
              .filter(this::isWorse)
              .map(row ->
                  String.format(
                      Locale.ROOT, "%s at least %.2f times", row.name(), row.ratio().low()))
              .collect(Collectors.joining("; "));
      case MEASUREMENT -> "the machine was too busy: login p95 may be twice as long";
      default -> failed;
    };
  }

  private Check failed(Check.Kind kind, String what, List<Slice> slices) {
    return Check.atMost(
        kind, what, 100 * failedShare(slices), thresholds.of("baseline.failed"), "%");
  }

  private Row row(String name, ToDoubleFunction<Slice> figure) {
    double[] ratios = new double[pairs()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = figure.applyAsDouble(candidate.get(i)) / figure.applyAsDouble(baseline.get(i));
    }
    return new Row(
        name, median(figure, baseline), median(figure, candidate), Bootstrap.ofRatios(ratios));
  }

  private static double median(ToDoubleFunction<Slice> figure, List<Slice> slices) {
    return Bootstrap.median(slices.stream().mapToDouble(figure).toArray());
  }

  private static double failedShare(List<Slice> slices) {
    return slices.stream().mapToDouble(Slice::failedShare).average().orElse(1);
  }
}
