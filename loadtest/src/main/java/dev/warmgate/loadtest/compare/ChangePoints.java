package dev.warmgate.loadtest.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.apache.commons.statistics.inference.DataDispersion;
import org.apache.commons.statistics.inference.TTest;

/**
 * Finds the points where a series of measurements changed for good. It uses E-divisive (Matteson
 * and James, "A Nonparametric Approach for Multiple Change Point Analysis of Multivariate Data",
 * arXiv:1306.4933): split where the two sides differ most, then each side again. As in Hunter
 * (Fleming et al., arXiv:2301.03034), a t-test confirms each split, leniently at first and strictly
 * at the end, so the answer is deterministic.
 */
final class ChangePoints {
  private static final double LENIENT = 0.01;
  private static final double STRICT = 0.001;

  /** Fewer values do not show how much they vary. */
  private static final int SHORTEST = 4;

  private final double[] series;

  /**
   * The sum of the distances between all pairs of values from one index (inclusive) to another
   * (exclusive).
   */
  private final double[][] within;

  private final TTest test = TTest.withDefaults().with(DataDispersion.HETEROSCEDASTIC);

  /**
   * One change point.
   *
   * @param index index of the first value after the change
   * @param before mean since the previous change
   * @param after mean until the next change
   * @param chance probability of such a difference without a change
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

  /** Returns the change points in the order of the series; empty if it did not change. */
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

  /** Returns how much farther apart values of different sides are than values of the same side. */
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

  /**
   * Removes the least certain change point repeatedly until every remaining one is certain enough.
   */
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
