package dev.warmgate.loadtest.gate;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** How soon after a trouble logins are what they were before. */
final class Recovery {
  /** So many logins in a row are looked at, of which one may fail. */
  private static final int WINDOW = 8;

  /** Times the median before the trouble. */
  private static final double ENOUGH = 2;

  private final List<Sample> logins;
  private final long began;
  private final double usual;

  /**
   * @param usual how long logins were usual before the trouble
   */
  Recovery(Measurements measurements, Duration usual) {
    logins =
        measurements.samples().stream()
            .filter(sample -> sample.request().equals("login"))
            .sorted(Comparator.comparingLong(Sample::intendedNanos))
            .toList();
    began = measurements.began();
    this.usual = median(logins.stream().filter(during(Duration.ZERO, usual)).toList());
  }

  /** Requests that were meant to start within this time since the beginning. */
  Predicate<Sample> during(Duration from, Duration length) {
    long begin = began + from.toNanos();
    return sample ->
        sample.intendedNanos() >= begin && sample.intendedNanos() < begin + length.toNanos();
  }

  /** Seconds from the end of the trouble; infinite if it was not seen to be over. */
  double seconds(Duration end) {
    long over = began + end.toNanos();
    List<Sample> after = logins.stream().filter(sample -> sample.intendedNanos() >= over).toList();
    for (int i = 0; i + WINDOW <= after.size(); i++) {
      List<Sample> window = after.subList(i, i + WINDOW);
      long good = window.stream().filter(one -> one.outcome() == Sample.Outcome.SUCCESS).count();
      if (good >= WINDOW - 1 && median(window) <= ENOUGH * usual) {
        return (window.getFirst().intendedNanos() - over) / 1e9;
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  private static double median(List<Sample> samples) {
    double[] sorted = samples.stream().mapToDouble(Sample::millis).sorted().toArray();
    return sorted.length == 0 ? Double.POSITIVE_INFINITY : sorted[sorted.length / 2];
  }
}
