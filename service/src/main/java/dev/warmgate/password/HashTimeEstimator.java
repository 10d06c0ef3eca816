package dev.warmgate.password;

import java.util.Arrays;

/**
 * What one hash takes at present, by the clock on the wall and beside the others: the median of the
 * latest ones, so that a pause of the process moves it little and a lasting change within a few
 * hashes.
 */
final class HashTimeEstimator {
  private static final int SAMPLES = 15;

  /** After so many it is an estimate of this machine. */
  static final int ENOUGH = SAMPLES / 2 + 1;

  private static final long FIRST_ESTIMATE_NANOS = 25_000_000;

  /** Nothing that may be configured is faster: such a hash was the warm-up's, and says nothing. */
  private static final long LEAST_NANOS = 1_000_000;

  private final long[] latest = new long[SAMPLES];
  private int next;
  private volatile long nanos = FIRST_ESTIMATE_NANOS;

  HashTimeEstimator() {
    Arrays.fill(latest, FIRST_ESTIMATE_NANOS);
  }

  synchronized void add(long tookNanos) {
    if (tookNanos < LEAST_NANOS) {
      return;
    }
    latest[next] = tookNanos;
    next = (next + 1) % SAMPLES;
    long[] sorted = latest.clone();
    Arrays.sort(sorted);
    nanos = sorted[SAMPLES / 2];
  }

  long nanos() {
    return nanos;
  }
}
