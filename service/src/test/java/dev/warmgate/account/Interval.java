package dev.warmgate.account;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Where the median of what was measured lies: the middle 95 % of the medians of samples drawn from
 * it anew (bootstrap).
 */
record Interval(double low, double high) {
  private static final int RESAMPLES = 2000;

  static Interval ofMedian(List<Double> measured) {
    Random random = new Random(1);
    double[] medians = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      double[] drawn = new double[measured.size()];
      for (int j = 0; j < drawn.length; j++) {
        drawn[j] = measured.get(random.nextInt(drawn.length));
      }
      medians[i] = median(drawn);
    }
    Arrays.sort(medians);
    return new Interval(medians[RESAMPLES / 40], medians[RESAMPLES - 1 - RESAMPLES / 40]);
  }

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** As good as nothing. */
  boolean isWithin(double tolerance) {
    return -tolerance < low && high < tolerance;
  }

  /** Certainly more than nothing. */
  boolean isBeyond(double tolerance) {
    return low > tolerance || high < -tolerance;
  }
}
