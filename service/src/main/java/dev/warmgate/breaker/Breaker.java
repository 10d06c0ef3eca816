package dev.warmgate.breaker;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Whether a dependency is worth asking: after some failures in a row it is not, until a trial
 * succeeds. One trial is let through a second, unless somebody else tries regularly.
 */
public final class Breaker {
  private static final int FAILURES_TO_OPEN = 5;
  private static final long TRIAL_EVERY_NANOS = 1_000_000_000;

  private final LongSupplier nanoTime;
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicLong lastTrial = new AtomicLong();

  public Breaker(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  public boolean isOpen() {
    return failures.get() >= FAILURES_TO_OPEN;
  }

  /** Whether to ask now; while open that is a trial. */
  public boolean allows() {
    if (!isOpen()) {
      return true;
    }
    long now = nanoTime.getAsLong();
    long last = lastTrial.get();
    return now - last >= TRIAL_EVERY_NANOS && lastTrial.compareAndSet(last, now);
  }

  /**
   * Notes a failure, of a trial or any other.
   *
   * @return whether that opened it
   */
  public boolean failed() {
    lastTrial.set(nanoTime.getAsLong());
    int before = failures.getAndUpdate(count -> Math.min(FAILURES_TO_OPEN, count + 1));
    return before == FAILURES_TO_OPEN - 1;
  }

  /**
   * Notes an answer.
   *
   * @return whether that closed it
   */
  public boolean succeeded() {
    // Read first: while all is well every command comes by here.
    return failures.get() != 0 && failures.getAndSet(0) == FAILURES_TO_OPEN;
  }
}
