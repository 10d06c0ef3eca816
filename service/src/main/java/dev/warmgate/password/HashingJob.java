package dev.warmgate.password;

import dev.warmgate.request.DecoyRules;
import dev.warmgate.request.RequestContext;
import dev.warmgate.request.Timeline;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * One hash on its way through the gate; refused if it waited too long.
 *
 * @param <T> what the work returns
 */
final class HashingJob<T> implements Callable<T> {
  private final HashingGate gate;
  private final Supplier<T> work;
  private final HashCost cost;
  private final boolean patient;
  private final Tracer tracer;
  private final HashingMetrics metrics;
  private final LongSupplier nanoTime;
  private final Context context = Context.current();
  private final Span waiting;
  private final long queued;
  private final boolean counted = DecoyRules.isCounted();
  private volatile long dequeued;
  private volatile long finished;

  /**
   * @param patient whether it is never refused
   */
  HashingJob(
      HashingGate gate,
      Supplier<T> work,
      HashCost cost,
      boolean patient,
      Tracer tracer,
      HashingMetrics metrics,
      LongSupplier nanoTime) {
    this.gate = gate;
    this.work = work;
    this.cost = cost;
    this.patient = patient;
    this.tracer = tracer;
    this.metrics = metrics;
    this.nanoTime = nanoTime;
    this.waiting = tracer.spanBuilder(Telemetry.SPAN_HASHING_WAIT).startSpan();
    this.queued = nanoTime.getAsLong();
  }

  @Override
  public T call() {
    return gate.withMemory(cost, this::callInTime);
  }

  private T callInTime() {
    waiting.end();
    dequeued = nanoTime.getAsLong();
    long waitedNanos = dequeued - queued;
    try (Scope _ = context.makeCurrent()) {
      if (counted) {
        metrics.waited(waitedNanos);
      }
      if (!patient && gate.isTooLate(waitedNanos)) {
        throw gate.refusal();
      }
      return compute();
    }
  }

  private T compute() {
    Span span = tracer.spanBuilder(Telemetry.SPAN_HASHING_COMPUTE).startSpan();
    try (Scope _ = span.makeCurrent()) {
      return work.get();
    } finally {
      span.end();
      finished = nanoTime.getAsLong();
      if (counted) {
        metrics.computed(finished - dequeued);
      }
      gate.computed(cost, finished - dequeued);
    }
  }

  /** No thread will compute it. */
  void endWaiting() {
    waiting.end();
  }

  /** Runs on the request's thread, because the hashing thread has no request context. */
  void recordTimeline() {
    if (dequeued != 0) {
      RequestContext.record(Timeline.Kind.HASHING_WAIT, "queue", queued, dequeued);
    }
    if (finished != 0) {
      RequestContext.record(
          Timeline.Kind.HASHING_COMPUTE,
          gate.isUsual(cost) ? "argon2id" : "other hash",
          dequeued,
          finished);
    }
  }
}
