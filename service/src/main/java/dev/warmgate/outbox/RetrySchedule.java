package dev.warmgate.outbox;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The delays between attempts: four times as long after each failure, up to a limit, minus a random
 * part of up to a half, so that attempts that failed together are not repeated together.
 */
public record RetrySchedule(Duration first, Duration limit, int maxAttempts) {
  private static final int FACTOR = 4;

  /** Returns whether no attempt follows after so many failures. */
  public boolean givesUpAfter(int attempts) {
    return attempts >= maxAttempts;
  }

  public Duration after(int attempts, RandomGenerator random) {
    double millis = first.toMillis() * Math.pow(FACTOR, attempts - 1.0);
    double bounded = Math.min(millis, (double) limit.toMillis());
    return Duration.ofMillis(Math.round(bounded * (0.5 + random.nextDouble() / 2)));
  }
}
