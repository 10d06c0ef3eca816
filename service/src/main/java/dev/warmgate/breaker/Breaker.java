package dev.warmgate.breaker;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A circuit breaker: opens after five failures in a row and closes with the next success. While
 * open it allows one trial a second, and none while other calls keep failing.
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

  /** Whether to call now; while open, that call is a trial. */
  public boolean allows() {
    if (!isOpen()) {
      return true;
    }
    long now = nanoTime.getAsLong();
    long last = lastTrial.get();
    return now - last >= TRIAL_EVERY_NANOS && lastTrial.compareAndSet(last, now);
  }

  /**
   * Records a failure of a trial or of any other call.
   *
   * @return whether this failure opened the breaker
   */
  public boolean failed() {
    lastTrial.set(nanoTime.getAsLong());
    int before = failures.getAndUpdate(count -> Math.min(FAILURES_TO_OPEN, count + 1));
    return before == FAILURES_TO_OPEN - 1;
  }

  /**
   * Records a success.
   *
   * @return whether it closed the breaker
   */
  public boolean succeeded() {
    // Read first, since every successful call comes by here.
    return failures.get() != 0 && failures.getAndSet(0) == FAILURES_TO_OPEN;
  }
}
