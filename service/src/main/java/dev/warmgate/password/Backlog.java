package dev.warmgate.password;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Spreads the retries of refused clients. It treats them as a virtual queue and tells each one, in
 * {@code Retry-After}, when its turn would come if all returned in order, so that they do not
 * return at once.
 */
final class Backlog {
  /** Caps the queue, because some clients give up and do not return. */
  private static final long LONGEST_NANOS = 30_000_000_000L;

  private final LongSupplier nanoTime;
  private final long began;
  private final AtomicLong servedAt = new AtomicLong();

  Backlog(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
  }

  /**
   * Adds one refused client.
   *
   * @param aheadNanos time until the work that is already admitted is done
   * @param shareNanos time that one more piece of work takes
   * @return nanoseconds from now until the client's turn
   */
  long add(long aheadNanos, long shareNanos) {
    long now = nanoTime.getAsLong() - began;
    return servedAt.updateAndGet(
            last -> Math.min(now + LONGEST_NANOS, Math.max(last, now + aheadNanos) + shareNanos))
        - now;
  }
}
