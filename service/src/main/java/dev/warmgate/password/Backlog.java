package dev.warmgate.password;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Everyone who was refused, as a queue that only exists in the {@code Retry-After} they got: each
 * is told when the turn would come if all came back in their order. So they come back spread over
 * the time it takes to serve them, and not together.
 */
final class Backlog {
  /** Clients that give up would make the queue longer than it is. */
  private static final long LONGEST_NANOS = 30_000_000_000L;

  private final LongSupplier nanoTime;
  private final long began;
  private final AtomicLong servedAt = new AtomicLong();

  Backlog(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
  }

  /**
   * Adds one refusal.
   *
   * @param aheadNanos what is inside the gate takes that long
   * @param shareNanos what one more takes
   * @return nanoseconds from now until its turn
   */
  long add(long aheadNanos, long shareNanos) {
    long now = nanoTime.getAsLong() - began;
    return servedAt.updateAndGet(
            last -> Math.min(now + LONGEST_NANOS, Math.max(last, now + aheadNanos) + shareNanos))
        - now;
  }
}
