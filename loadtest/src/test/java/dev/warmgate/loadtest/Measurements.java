package dev.warmgate.loadtest;

import io.gatling.javaapi.core.Session;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How long each type of request took, as the virtual users saw it, and how many failed. */
final class Measurements {
  private static final String BEGAN = "measurements.began";
  private static final double PERCENTILE = 95;

  private final Map<String, Histogram> answered = new TreeMap<>();
  private final Map<String, Integer> failed = new TreeMap<>();

  /** To be called before a request. */
  Session begin(Session session) {
    return session.set(BEGAN, System.nanoTime());
  }

  /** To be called after it, whatever came of it. */
  synchronized Session end(String request, Session session) {
    if (session.isFailed()) {
      failed.merge(request, 1, Integer::sum);
    } else {
      answered
          .computeIfAbsent(request, _ -> new Histogram(3))
          .recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - session.getLong(BEGAN)));
    }
    return session;
  }

  synchronized Set<String> requests() {
    return Set.copyOf(answered.keySet());
  }

  synchronized long count(String request) {
    Histogram times = answered.get(request);
    return (times == null ? 0 : times.getTotalCount()) + failed.getOrDefault(request, 0);
  }

  synchronized long count() {
    return answered.values().stream().mapToLong(Histogram::getTotalCount).sum() + failures();
  }

  synchronized int failures() {
    return failed.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Milliseconds, or NaN if the request was never answered. */
  synchronized double p95(String request) {
    return percentile(request, PERCENTILE);
  }

  synchronized double median(String request) {
    return percentile(request, 50);
  }

  synchronized double slowest(String request) {
    return percentile(request, 100);
  }

  private double percentile(String request, double percentile) {
    Histogram times = answered.get(request);
    return times == null ? Double.NaN : times.getValueAtPercentile(percentile) / 1000.0;
  }
}
