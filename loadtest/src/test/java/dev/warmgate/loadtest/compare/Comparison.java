package dev.warmgate.loadtest.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Decides whether a build is worse than another, from pairs of slices measured one after the other
 * at the same rate. It reports a build as worse only with 95 % confidence.
 */
final class Comparison {
  /** A ratio that counts as a regression; smaller differences cannot be told from noise. */
  static final double WORSE = 1.10;

  /** If the interval reaches this ratio, the measurement is too uncertain for a verdict. */
  private static final double UNCLEAR = 2;

  private static final double MAX_FAILED = 0.01;

  private final double loginsPerSecond;
  private final List<Slice> baseline = new ArrayList<>();
  private final List<Slice> candidate = new ArrayList<>();

  /** The verdict, with its exit status. */
  enum Judgement {
    PASS(0),
    FAIL(1),
    INVALID(2);

    private final int status;

    Judgement(int status) {
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /** One figure of both builds and their ratio. */
  record Row(String name, double baseline, double candidate, Bootstrap.Interval ratio) {
    boolean isWorse() {
      return ratio.low() > WORSE;
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

  Judgement judgement() {
    return isUnmeasured() ? Judgement.INVALID : isWorse() ? Judgement.FAIL : unclear();
  }

  /** Returns the reason for the judgement in one line. */
  String reason() {
    String failed =
        String.format(
            Locale.ROOT,
            "%.1f %% of the requests failed, %.1f %% in the baseline",
            100 * failedShare(candidate),
            100 * failedShare(baseline));
    List<String> worse =
        rows().stream()
            .filter(Row::isWorse)
            .map(row ->
                String.format(Locale.ROOT, "%s at least %.2f times", row.name(), row.ratio().low()))
            .toList();
    return switch (judgement()) {
      case PASS -> "no worse than the baseline";
      case FAIL -> worse.isEmpty() ? failed : String.join("; ", worse);
      case INVALID ->
          isUnmeasured() ? failed : "the machine was too busy: login p95 may be twice as long";
    };
  }

  private boolean isUnmeasured() {
    return failedShare(baseline) > MAX_FAILED;
  }

  private boolean isWorse() {
    return failedShare(candidate) > MAX_FAILED || rows().stream().anyMatch(Row::isWorse);
  }

  private Judgement unclear() {
    return rows().getFirst().ratio().high() > UNCLEAR ? Judgement.INVALID : Judgement.PASS;
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
