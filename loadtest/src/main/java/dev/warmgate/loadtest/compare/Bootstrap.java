package dev.warmgate.loadtest.compare;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.DoubleStream;

/**
 * Computes a confidence interval of a median ratio with the percentile bootstrap (Efron 1979). The
 * median tolerates pairs that other programs distort. The same ratios always give the same
 * interval.
 */
final class Bootstrap {
  private static final int RESAMPLES = 10_000;
  private static final long SEED = 20_230_103;

  /** The median and its 95 % confidence interval. */
  record Interval(double low, double median, double high) {}

  private Bootstrap() {}

  static Interval ofRatios(double... ratios) {
    // Uses logarithms, so that 2 and 1/2 are equally far from 1.
    double[] logs = DoubleStream.of(ratios).map(Math::log).toArray();
    RandomGenerator random = RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(SEED);
    double[] medians = new double[RESAMPLES];
    double[] drawn = new double[logs.length];
    for (int i = 0; i < RESAMPLES; i++) {
      Arrays.setAll(drawn, _ -> logs[random.nextInt(logs.length)]);
      medians[i] = median(drawn);
    }
    Arrays.sort(medians);
    return new Interval(
        Math.exp(medians[(int) (RESAMPLES * 0.025)]),
        Math.exp(median(logs)),
        Math.exp(medians[(int) (RESAMPLES * 0.975) - 1]));
  }

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
