package dev.warmgate.loadtest.load;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The requests of a load: when each was due, its status and its latency. */
public final class LoadResult {
  /** The status of a request that got no answer. */
  static final int NO_ANSWER = 0;

  /**
   * One request of a load.
   *
   * @param startNanos when it was due, by {@link System#nanoTime}
   */
  public record Request(long startNanos, int status, boolean retryAfter, double millis) {}

  private final List<Request> requests = new ArrayList<>();
  private final long beganNanos = System.nanoTime();
  private double seconds;

  synchronized void add(long startNanos, int status, boolean retryAfter) {
    double millis = (System.nanoTime() - startNanos) / 1e6;
    requests.add(new Request(startNanos, status, retryAfter, millis));
  }

  synchronized void end() {
    seconds = (System.nanoTime() - beganNanos) / 1e9;
  }

  public double seconds() {
    return seconds;
  }

  public synchronized List<Request> all() {
    return List.copyOf(requests);
  }

  public int count(Predicate<Request> which) {
    return (int) all().stream().filter(which).count();
  }

  public int count(int status) {
    return count(sample -> sample.status() == status);
  }

  /** Counts the requests with any other status. */
  public int countOthers(Integer... statuses) {
    return count(sample -> !List.of(statuses).contains(sample.status()));
  }

  /** Returns a percentile of the latency in milliseconds, 0 without matching requests. */
  public double percentile(double percentile, Predicate<Request> which) {
    double[] sorted = all().stream().filter(which).mapToDouble(Request::millis).sorted().toArray();
    return sorted.length == 0
        ? 0
        : sorted[Math.max(0, (int) Math.ceil(percentile / 100 * sorted.length) - 1)];
  }

  public double percentile(double percentile, int status) {
    return percentile(percentile, sample -> sample.status() == status);
  }
}
