package dev.warmgate.password;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Admission;
import dev.warmgate.request.DecoyRules;
import dev.warmgate.request.RequestContext;
import dev.warmgate.request.Timeline;
import dev.warmgate.telemetry.Telemetry;
import io.dropwizard.lifecycle.Managed;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only door to the hashing threads: as many platform threads as processors, and before them no
 * more work than they finish within the configured queue time. What does not fit is refused at once
 * with a 503, so that an accepted login is a fast login whatever is offered. Work is admitted
 * before any I/O is done for it, and refused even then if it waited too long.
 */
public final class HashingGate implements Managed, Admission {
  /**
   * A request that waits for a hash holds a thread: at most this many do, half of Jetty's, so that
   * the other endpoints always find one.
   */
  public static final int MOST_ADMITTED = 128;

  private static final Logger log = LoggerFactory.getLogger(HashingGate.class);

  private final int permits;
  private final long memoryMib;
  private final long queueNanos;
  private final boolean bounded;
  private final LongSupplier nanoTime;
  private final ThreadPoolExecutor threads;
  private final AtomicInteger admitted = new AtomicInteger();
  private final HashTimeEstimator hashTime = new HashTimeEstimator();
  private final Backlog backlog;
  private final Tracer tracer;
  private final HashingMetrics metrics;
  private final LongAdder shedSinceStart = new LongAdder();

  /**
   * @param bounded {@code false} ({@code HASHING_BOUND=off}) queues without limit, to measure what
   *     the bound is worth
   */
  public HashingGate(
      HashingConfiguration hashing,
      LoginConfiguration login,
      boolean bounded,
      OpenTelemetry telemetry) {
    this(hashing, login, bounded, telemetry, System::nanoTime);
  }

  HashingGate(
      HashingConfiguration hashing,
      LoginConfiguration login,
      boolean bounded,
      OpenTelemetry telemetry,
      LongSupplier nanoTime) {
    this.permits = hashing.permits();
    this.memoryMib = (long) permits * hashing.memoryKib() / 1024;
    this.queueNanos = login.queue().toNanoseconds();
    this.bounded = bounded;
    this.nanoTime = nanoTime;
    this.backlog = new Backlog(nanoTime);
    this.threads =
        new ThreadPoolExecutor(
            permits,
            permits,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("hashing-", 0).daemon().factory());
    this.tracer = telemetry.getTracer(Telemetry.SCOPE);
    this.metrics = new HashingMetrics(telemetry);
    metrics.observe(Telemetry.HASHING_QUEUED, this::queued);
    metrics.observe(Telemetry.HASHING_ADMITTED, admitted::get);
    metrics.observe(Telemetry.HASHING_CAPACITY, this::capacity);
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
      throw refusal();
    }
    return new Slot();
  }

  /**
   * A look before anything at all is spent on a request that needs a hash.
   *
   * @throws ApiException 503 with {@code Retry-After} if the queue is full
   */
  @Override
  public void refuseIfFull() {
    if (bounded && admitted.get() >= capacity()) {
      throw refusal();
    }
  }

  private ApiException refusal() {
    if (DecoyRules.isCounted()) {
      metrics.shed();
      shedSinceStart.increment();
    }
    long share = hashTime.nanos() / permits;
    return ApiException.retryAfter(
        ProblemType.LOGIN_CAPACITY_EXCEEDED,
        Duration.ofNanos(backlog.add(admitted.get() * share, share)));
  }

  /**
   * Work that may be inside at once: what is being hashed, and what is done within the queue time.
   */
  private int capacity() {
    long waiting = queueNanos * permits / hashTime.nanos();
    return (int) Math.max(permits, Math.min(MOST_ADMITTED, permits + waiting));
  }

  /** Work may wait for the queue before it, and for the hash that is being computed. */
  private boolean isTooLate(long waitedNanos) {
    return bounded && waitedNanos > queueNanos + hashTime.nanos();
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
        Math.round(hashTime.nanos() / 1e5) / 10.0,
        shedSinceStart.sum());
  }

  /** Work that has its slot and waits for a thread. */
  int queued() {
    return threads.getQueue().size();
  }

  @Override
  public void start() {
    log.info("hashing permits={} memory_mib_at_most={} bounded={}", permits, memoryMib, bounded);
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
     *
     * @throws ApiException 503 if it waited too long, or if nobody waits for it any more
     */
    public <T> T run(Supplier<T> work) {
      Job<T> job = new Job<>(work);
      Future<T> hash = threads.submit(job);
      try {
        return hash.get();
      } catch (InterruptedException stopping) {
        // Nobody waits for the hash any more: it is not worth computing.
        hash.cancel(false);
        job.waiting.end();
        Thread.currentThread().interrupt();
        throw refusal();
      } catch (ExecutionException failed) {
        if (failed.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw new IllegalStateException(failed.getCause());
      } finally {
        job.tellTheRequest();
      }
    }

    @Override
    public void close() {
      admitted.decrementAndGet();
    }
  }

  /** One hash on its way through the gate. */
  private final class Job<T> implements Callable<T> {
    private final Supplier<T> work;
    private final Context context = Context.current();
    private final Span waiting = tracer.spanBuilder(Telemetry.SPAN_HASHING_WAIT).startSpan();
    private final long queued = nanoTime.getAsLong();
    private final boolean counted = DecoyRules.isCounted();
    private volatile long dequeued;
    private volatile long finished;

    Job(Supplier<T> work) {
      this.work = work;
    }

    @Override
    public T call() {
      waiting.end();
      dequeued = nanoTime.getAsLong();
      long waitedNanos = dequeued - queued;
      try (Scope _ = context.makeCurrent()) {
        if (counted) {
          metrics.waited(waitedNanos);
        }
        if (isTooLate(waitedNanos)) {
          throw refusal();
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
        hashTime.add(finished - dequeued);
      }
    }

    /** On the thread of the request, for the hashing thread has none. */
    void tellTheRequest() {
      if (dequeued != 0) {
        RequestContext.record(Timeline.Kind.HASHING_WAIT, "queue", queued, dequeued);
      }
      if (finished != 0) {
        RequestContext.record(Timeline.Kind.HASHING_COMPUTE, "argon2id", dequeued, finished);
      }
    }
  }
}
