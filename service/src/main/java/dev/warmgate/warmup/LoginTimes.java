package dev.warmgate.warmup;

import java.util.ArrayList;
import java.util.List;

/** The durations of the warm-up's logins, and whether they still get faster. */
final class LoginTimes {
  private static final int ENOUGH = 16;
  private static final int WINDOW = 8;
  private static final double SETTLED = 1.1;

  private final List<Long> nanos = new ArrayList<>();

  synchronized void add(long took) {
    nanos.add(took);
  }

  synchronized int count() {
    return nanos.size();
  }

  /**
   * Returns whether there are at least 16 logins, and the median of the last 8 is at most 10 %
   * above that of the 8 before.
   */
  synchronized boolean settled() {
    int count = nanos.size();
    return count >= ENOUGH && lastMedian() <= SETTLED * median(count - 2 * WINDOW);
  }

  /** Returns the median of the last 8 logins, or of all if there are fewer. */
  synchronized double lastMedian() {
    return nanos.isEmpty() ? 0 : median(Math.max(0, nanos.size() - WINDOW));
  }

  private double median(int from) {
    List<Long> sorted =
        nanos.subList(from, Math.min(from + WINDOW, nanos.size())).stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
