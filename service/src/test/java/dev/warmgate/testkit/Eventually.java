package dev.warmgate.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits until a condition is true; fails the test if it is not true within the limit. */
public final class Eventually {
  private Eventually() {}

  public static void within(Duration limit, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not true within " + limit);
      }
      Thread.sleep(20);
    }
  }
}
