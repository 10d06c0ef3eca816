package dev.warmgate.warmup;

import java.util.ArrayList;
import java.util.List;

/** How long the warm-up's own logins took, and whether they still get faster. */
final class LoginTimes {
  private static final int ENOUGH = 24;
  private static final int WINDOW = 12;
  private static final double SETTLED = 1.1;

  private final List<Long> nanos = new ArrayList<>();

  synchronized void add(long took) {
    nanos.add(took);
  }

  synchronized int count() {
    return nanos.size();
  }

  /** At least 24, and the last 12 were not slower than the 12 before, give or take a tenth. */
  synchronized boolean settled() {
    int count = nanos.size();
    return count >= ENOUGH && lastMedian() <= SETTLED * median(count - 2 * WINDOW);
  }

  /** Of the last 12 or fewer. */
  synchronized double lastMedian() {
    return nanos.isEmpty() ? 0 : median(Math.max(0, nanos.size() - WINDOW));
  }

  private double median(int from) {
    List<Long> sorted =
        nanos.subList(from, Math.min(from + WINDOW, nanos.size())).stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
