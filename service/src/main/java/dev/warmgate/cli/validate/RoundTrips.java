package dev.warmgate.cli.validate;

/** Takes the network off a figure, so that a far server is judged by what it does itself. */
final class RoundTrips {
  private RoundTrips() {}

  static double off(double millis, int trips, double roundTrip) {
    return Math.max(0, millis - trips * roundTrip);
  }

  static String figure(Samples samples, int trips, double roundTrip) {
    return "p95 %.1f ms of %d (measured %.1f, less %s)"
        .formatted(
            off(samples.p95(), trips, roundTrip),
            samples.count(),
            samples.p95(),
            trips == 1 ? "one round trip" : trips + " round trips");
  }
}
