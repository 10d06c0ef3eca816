package dev.warmgate.loadtest.gate.measure;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Computes how soon after a fault logins are as fast and as successful as before. */
public final class Recovery {
  /** Number of consecutive logins to consider, of which one may fail. */
  private static final int WINDOW = 8;

  /** Accepted multiple of the median before the fault. */
  private static final double ENOUGH = 2;

  private final List<Sample> logins;
  private final long began;
  private final double usual;

  /**
   * @param usual the time before the fault
   */
  public Recovery(Measurements measurements, Duration usual) {
    logins =
        measurements.samples().stream()
            .filter(sample -> sample.request().equals("login"))
            .sorted(Comparator.comparingLong(Sample::intendedNanos))
            .toList();
    began = measurements.began();
    this.usual = median(logins.stream().filter(during(Duration.ZERO, usual)).toList());
  }

  /** Matches requests that were due within this time, relative to the beginning of the load. */
  public Predicate<Sample> during(Duration from, Duration length) {
    long begin = began + from.toNanos();
    return sample ->
        sample.intendedNanos() >= begin && sample.intendedNanos() < begin + length.toNanos();
  }

  /** Returns the seconds from the end of the fault to recovery, infinite if there was none. */
  public double seconds(Duration end) {
    long endNanos = began + end.toNanos();
    List<Sample> after =
        logins.stream().filter(sample -> sample.intendedNanos() >= endNanos).toList();
    for (int i = 0; i + WINDOW <= after.size(); i++) {
      List<Sample> window = after.subList(i, i + WINDOW);
      long good = window.stream().filter(one -> one.outcome() == Sample.Outcome.SUCCESS).count();
      if (good >= WINDOW - 1 && median(window) <= ENOUGH * usual) {
        return (window.getFirst().intendedNanos() - endNanos) / 1e9;
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  private static double median(List<Sample> samples) {
    double[] sorted = samples.stream().mapToDouble(Sample::millis).sorted().toArray();
    return sorted.length == 0 ? Double.POSITIVE_INFINITY : sorted[sorted.length / 2];
  }
}
