package dev.warmgate.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * Chooses which measurements of one series of a histogram become exemplars, and marks their traces
 * so that the collector keeps them: of each bucket, the first within ten seconds. All others are
 * recorded without their trace, which is probably sampled away.
 */
final class Exemplars {
  /** As long as the default interval of exports, of which each carries one exemplar per bucket. */
  private static final long INTERVAL_NANOS = 10_000_000_000L;

  private final double[] bounds;
  private final LongSupplier nanoTime;
  private final AtomicLongArray due;

  /**
   * @param bounds the upper bounds of its buckets, ascending
   */
  Exemplars(List<Double> bounds, LongSupplier nanoTime) {
    this.bounds = bounds.stream().mapToDouble(Double::doubleValue).toArray();
    this.nanoTime = nanoTime;
    this.due = new AtomicLongArray(bounds.size() + 1);
    for (int i = 0; i < due.length(); i++) {
      due.set(i, nanoTime.getAsLong());
    }
  }

  /** Returns the context to record a measurement in: the current one if it becomes an exemplar. */
  Context contextOf(double value) {
    Span span = Span.current();
    if (!span.isRecording() || !isDue(bucket(value))) {
      return Context.root();
    }
    span.setAttribute(Telemetry.EXEMPLAR, true);
    return Context.current();
  }

  private boolean isDue(int bucket) {
    long known = due.get(bucket);
    long now = nanoTime.getAsLong();
    return now - known >= 0 && due.compareAndSet(bucket, known, now + INTERVAL_NANOS);
  }

  /** A bucket includes its upper bound. */
  private int bucket(double value) {
    int bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) {
      bucket++;
    }
    return bucket;
  }
}
