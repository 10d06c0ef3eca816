package dev.warmgate.password;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.telemetry.Telemetry;
import dev.warmgate.telemetry.Timeline;
import io.dropwizard.lifecycle.Managed;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * The only door to the hashing threads: as many platform threads as processors, and before them no
 * more work than they finish within the configured queue time. What does not fit is refused at once
 * with a 503, so that an accepted login is a fast login whatever is offered. Work is admitted
 * before any I/O is done for it.
 */
public final class HashingGate implements Managed {
  /** Where the estimate of a hash's time starts, and how much one more sample moves it. */
  private static final double FIRST_ESTIMATE_NANOS = 25e6;

  private static final double SAMPLE_WEIGHT = 0.1;

  private final int permits;
  private final double queueNanos;
  private final boolean bounded;
  private final ExecutorService threads;
  private final AtomicInteger admitted = new AtomicInteger();
  private final Tracer tracer;
  private final DoubleHistogram waited;
  private final DoubleHistogram computed;
  private final LongCounter shed;
  private final LongAdder shedSinceStart = new LongAdder();
  private volatile double hashNanos = FIRST_ESTIMATE_NANOS;

  /**
   * @param bounded {@code false} ({@code HASHING_BOUND=off}) queues without limit, to measure what
   *     the bound is worth
   */
  public HashingGate(
      HashingConfiguration hashing,
      LoginConfiguration login,
      boolean bounded,
      OpenTelemetry telemetry) {
    this.permits = hashing.permits();
    this.queueNanos = login.queue().toNanoseconds();
    this.bounded = bounded;
    this.threads =
        Executors.newFixedThreadPool(
            permits, Thread.ofPlatform().name("hashing-", 0).daemon().factory());
    this.tracer = telemetry.getTracer(Telemetry.SCOPE);
    Meter meter = telemetry.getMeter(Telemetry.SCOPE);
    this.waited = histogram(meter, Telemetry.HASHING_WAIT);
    this.computed = histogram(meter, Telemetry.HASHING_COMPUTE);
    this.shed = meter.counterBuilder(Telemetry.HASHING_SHED).build();
  }

  private static DoubleHistogram histogram(Meter meter, String name) {
    return meter
        .histogramBuilder(name)
        .setUnit("s")
        .setExplicitBucketBoundariesAdvice(Telemetry.LATENCY_BUCKETS)
        .build();
  }

  /**
   * Admits one piece of hashing work; the caller closes the slot whether or not it was used.
   *
   * @throws ApiException 503 with {@code Retry-After} if the queue is full
   */
  public Slot reserve() {
    int ahead = admitted.getAndIncrement();
    if (bounded && ahead >= capacity()) {
      admitted.decrementAndGet();
      shed.add(1);
      shedSinceStart.increment();
      throw ApiException.retryAfter(
          ProblemType.LOGIN_CAPACITY_EXCEEDED,
          Duration.ofNanos((long) (ahead * hashNanos / permits)));
    }
    return new Slot();
  }

  /**
   * Work that may be inside at once: what is being hashed, and what is done within the queue time.
   */
  private int capacity() {
    double waiting = queueNanos * permits / hashNanos;
    return permits + (int) waiting;
  }

  /** How many hashes are computed at once; each takes the configured memory. */
  public int permits() {
    return permits;
  }

  /**
   * The gate as it is now.
   *
   * @param admitted work that is inside, waiting or being hashed
   * @param capacity how much may be
   * @param estimateMs what one hash takes at present
   * @param shed refused since the start of the process
   */
  public record Reading(
      int permits, int admitted, int capacity, boolean bounded, double estimateMs, long shed) {}

  public Reading read() {
    return new Reading(
        permits,
        admitted.get(),
        capacity(),
        bounded,
        Math.round(hashNanos / 1e5) / 10.0,
        shedSinceStart.sum());
  }

  @Override
  public void stop() {
    threads.shutdownNow();
  }

  /** The right to hash, held from before the first I/O of a request until its hash is known. */
  public final class Slot implements AutoCloseable {
    private Slot() {}

    /**
     * Runs the work on a hashing thread and waits for it; no database connection may be held here.
     */
    public <T> T run(Supplier<T> work) {
      Context context = Context.current();
      Span waiting = tracer.spanBuilder(Telemetry.SPAN_HASHING_WAIT).startSpan();
      long queued = System.nanoTime();
      AtomicLong started = new AtomicLong();
      try {
        return CompletableFuture.supplyAsync(
                () -> {
                  waiting.end();
                  started.set(System.nanoTime());
                  try (Scope _ = context.makeCurrent()) {
                    waited.record((started.get() - queued) / 1e9);
                    return compute(work);
                  }
                },
                threads)
            .join();
      } catch (CompletionException failed) {
        if (failed.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw failed;
      } finally {
        // Here and not on the hashing thread, which has no request.
        if (started.get() != 0) {
          Timeline.record(Timeline.Kind.HASHING_WAIT, "queue", queued, started.get());
          Timeline.record(
              Timeline.Kind.HASHING_COMPUTE, "argon2id", started.get(), System.nanoTime());
        }
      }
    }

    private <T> T compute(Supplier<T> work) {
      Span span = tracer.spanBuilder(Telemetry.SPAN_HASHING_COMPUTE).startSpan();
      long started = System.nanoTime();
      try (Scope _ = span.makeCurrent()) {
        return work.get();
      } finally {
        span.end();
        long nanos = System.nanoTime() - started;
        computed.record(nanos / 1e9);
        // Lost updates under contention are harmless: the next sample corrects them.
        double before = hashNanos;
        hashNanos = before + SAMPLE_WEIGHT * (nanos - before);
      }
    }

    @Override
    public void close() {
      admitted.decrementAndGet();
    }
  }
}
