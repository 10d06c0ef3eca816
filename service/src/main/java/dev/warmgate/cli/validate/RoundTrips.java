package dev.warmgate.cli.validate;

/**
 * Subtracts network round trips from a time, so that a distant service is judged by its own work.
 */
final class RoundTrips {
  private RoundTrips() {}

  static double subtract(double millis, int trips, double roundTrip) {
    return Math.max(0, millis - trips * roundTrip);
  }

  static String figure(Samples samples, int trips, double roundTrip) {
    return "p95 %.1f ms of %d (measured %.1f, less %s)"
        .formatted(
            subtract(samples.p95(), trips, roundTrip),
            samples.count(),
            samples.p95(),
            trips == 1 ? "one round trip" : trips + " round trips");
  }
}
