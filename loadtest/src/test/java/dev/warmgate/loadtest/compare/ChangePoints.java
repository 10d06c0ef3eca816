package dev.warmgate.loadtest.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.apache.commons.statistics.inference.DataDispersion;
import org.apache.commons.statistics.inference.TTest;

/**
 * Where a series of measurements changed for good. E-divisive (Matteson and James, "A Nonparametric
 * Approach for Multiple Change Point Analysis of Multivariate Data", arXiv:1306.4933): split where
 * the two sides differ most, again in each side. Whether a split is real is asked with a t-test,
 * first leniently and at the end strictly, as in Hunter (Fleming et al., arXiv:2301.03034), so that
 * the answer does not depend on chance.
 */
final class ChangePoints {
  private static final double LENIENT = 0.01;
  private static final double STRICT = 0.001;

  /** Fewer say nothing about how they scatter. */
  private static final int SHORTEST = 4;

  private final double[] series;

  /** The sum of the distances of all pairs among the values from one index up to another. */
  private final double[][] within;

  private final TTest test = TTest.withDefaults().with(DataDispersion.HETEROSCEDASTIC);

  /**
   * One change.
   *
   * @param index of the first value after it
   * @param before the mean since the change before
   * @param after the mean until the next change
   * @param chance how probable such a difference is without a change
   */
  record ChangePoint(int index, double before, double after, double chance) {}

  private record Split(int at, double divergence) {}

  private ChangePoints(double[] series) {
    this.series = series;
    within = new double[series.length + 1][series.length + 1];
    for (int end = 1; end <= series.length; end++) {
      double toLast = 0;
      for (int begin = end - 1; begin >= 0; begin--) {
        toLast += Math.abs(series[begin] - series[end - 1]);
        within[begin][end] = within[begin][end - 1] + toLast;
      }
    }
  }

  /** In the order of the series; empty if it did not change. */
  static List<ChangePoint> of(double... series) {
    ChangePoints points = new ChangePoints(series);
    List<Integer> bounds = new ArrayList<>(List.of(0, series.length));
    points.split(0, series.length, bounds);
    bounds.sort(null);
    return points.confirmed(bounds);
  }

  private void split(int begin, int end, List<Integer> bounds) {
    Split best = new Split(0, 0);
    for (int until = begin + 2 * SHORTEST; until <= end; until++) {
      for (int at = begin + SHORTEST; at <= until - SHORTEST; at++) {
        double divergence = divergence(begin, at, until);
        best = divergence > best.divergence() ? new Split(at, divergence) : best;
      }
    }
    if (best.divergence() > 0 && chance(begin, best.at(), end) <= LENIENT) {
      bounds.add(best.at());
      split(begin, best.at(), bounds);
      split(best.at(), end, bounds);
    }
  }

  /** How much further apart the values of both sides are than those of one side. */
  private double divergence(int begin, int at, int end) {
    double left = at - begin;
    double right = end - at;
    double across = within[begin][end] - within[begin][at] - within[at][end];
    return left
        * right
        / (left + right)
        * (2 * across / (left * right)
            - within[begin][at] * 2 / (left * (left - 1))
            - within[at][end] * 2 / (right * (right - 1)));
  }

  /** Without the least certain one, again and again, until every one is certain enough. */
  private List<ChangePoint> confirmed(List<Integer> bounds) {
    while (true) {
      List<ChangePoint> points = new ArrayList<>();
      for (int i = 1; i < bounds.size() - 1; i++) {
        int begin = bounds.get(i - 1);
        int at = bounds.get(i);
        int end = bounds.get(i + 1);
        points.add(new ChangePoint(at, mean(begin, at), mean(at, end), chance(begin, at, end)));
      }
      ChangePoint weakest =
          points.stream()
              .reduce((one, other) -> one.chance() >= other.chance() ? one : other)
              .orElse(null);
      if (weakest == null || weakest.chance() <= STRICT) {
        return points;
      }
      bounds.removeIf(bound -> bound == weakest.index());
    }
  }

  private double chance(int begin, int at, int end) {
    if (within[begin][at] == 0 && within[at][end] == 0) {
      return series[begin] == series[at] ? 1 : 0;
    }
    double[] before = Arrays.copyOfRange(series, begin, at);
    return test.test(before, Arrays.copyOfRange(series, at, end)).getPValue();
  }

  private double mean(int begin, int end) {
    return DoubleStream.of(Arrays.copyOfRange(series, begin, end)).average().orElseThrow();
  }
}
