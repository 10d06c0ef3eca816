package dev.warmgate.account;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The 95 % confidence interval of a median, by bootstrap resampling. */
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

  static double median(List<Double> values) {
    return median(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Whether the whole interval lies within the tolerance around zero. */
  boolean isWithin(double tolerance) {
    return -tolerance < low && high < tolerance;
  }

  /** Whether the whole interval lies outside the tolerance around zero. */
  boolean isBeyond(double tolerance) {
    return low > tolerance || high < -tolerance;
  }
}
