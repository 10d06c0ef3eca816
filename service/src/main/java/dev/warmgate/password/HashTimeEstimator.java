package dev.warmgate.password;

import java.util.Arrays;

/**
 * Estimates how long one hash takes under the current load, in wall-clock time. It is the median of
 * the latest hashes, so a pause of the process has little effect, while a lasting change shows
 * after a few hashes.
 */
final class HashTimeEstimator {
  private static final int SAMPLES = 15;

  /** After this many hashes the estimate reflects this machine. */
  static final int ENOUGH = SAMPLES / 2 + 1;

  private static final long FIRST_ESTIMATE_NANOS = 25_000_000;

  /**
   * No allowed configuration is faster; such a hash is a light one of the warm-up and is ignored.
   */
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
