package dev.warmgate.webhook;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to try again: four times as long after each failure, up to a limit, and each time a random
 * part of up to a half less, so that what failed together does not come back together.
 */
record RetrySchedule(Duration first, Duration limit, int maxAttempts) {
  private static final int FACTOR = 4;

  /** Whether so many failures are enough. */
  boolean givesUpAfter(int attempts) {
    return attempts >= maxAttempts;
  }

  Duration after(int attempts, RandomGenerator random) {
    double millis = first.toMillis() * Math.pow(FACTOR, attempts - 1.0);
    double bounded = Math.min(millis, (double) limit.toMillis());
    return Duration.ofMillis(Math.round(bounded * (0.5 + random.nextDouble() / 2)));
  }
}
