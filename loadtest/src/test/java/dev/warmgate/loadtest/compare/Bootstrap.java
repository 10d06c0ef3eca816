package dev.warmgate.loadtest.compare;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.DoubleStream;

/**
 * How far the median of some ratios can be trusted: the percentile bootstrap (Efron 1979). The
 * median, for other programs on this machine spoil a few pairs beyond measure. The same ratios
 * always give the same interval.
 */
final class Bootstrap {
  private static final int RESAMPLES = 10_000;
  private static final long SEED = 20_230_103;

  /** The median, and where it lies with a probability of 95 %. */
  record Interval(double low, double median, double high) {}

  private Bootstrap() {}

  static Interval ofRatios(double... ratios) {
    // Of logarithms, so that twice and half are equally far from 1.
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
