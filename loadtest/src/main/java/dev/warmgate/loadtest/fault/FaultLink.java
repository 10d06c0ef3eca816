package dev.warmgate.loadtest.fault;

import java.time.Duration;

/**
 * The faults that a {@link FaultProxy} currently injects; every {@link FaultConnection} reads them.
 */
final class FaultLink {
  private volatile Duration toTarget = Duration.ZERO;
  private volatile Duration fromTarget = Duration.ZERO;
  private volatile long bytesPerSecond = Long.MAX_VALUE;
  private boolean blackhole;

  void delay(Duration there, Duration back) {
    toTarget = there;
    fromTarget = back;
  }

  void throttle(long limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("use blackhole() to deliver nothing");
    }
    bytesPerSecond = limit;
  }

  synchronized void blackhole(boolean swallow) {
    blackhole = swallow;
    notifyAll();
  }

  void heal() {
    delay(Duration.ZERO, Duration.ZERO);
    bytesPerSecond = Long.MAX_VALUE;
    blackhole(false);
  }

  Duration delay(boolean towardsTarget) {
    return towardsTarget ? toTarget : fromTarget;
  }

  long bytesPerSecond() {
    return bytesPerSecond;
  }

  /** Returns at once, or blocks while the link swallows bytes. */
  synchronized void awaitDelivery() throws InterruptedException {
    while (blackhole) {
      wait();
    }
  }
}
