package dev.warmgate.password;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Admission;
import dev.warmgate.request.DecoyRules;
import dev.warmgate.telemetry.Telemetry;
import io.dropwizard.lifecycle.Managed;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admission control for password hashing: a fixed number of threads, and a queue no longer than
 * they finish within the configured queue time, so that accepted logins stay fast under any load.
 * Other work gets a 503 before any I/O is done for it, and so does admitted work that waits too
 * long.
 */
public final class HashingGate implements Managed, Admission {
  /**
   * A request that waits for a hash holds a request thread. This limit is half of Jetty's threads,
   * so that other endpoints always get one.
   */
  public static final int MOST_ADMITTED = 128;

  private static final Logger log = LoggerFactory.getLogger(HashingGate.class);

  private final int permits;
  private final long memoryMib;
  private final Optional<String> memoryAdvice;
  private final HashCost usual;
  private final Semaphore memory;
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
   * @param bounded {@code false} ({@code HASHING_BOUND=off}) queues without limit, to measure the
   *     effect of the bound
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
    MemoryBudget budget = MemoryBudget.ofThisProcess(Telemetry.isTracing(telemetry));
    this.permits = budget.permits(hashing);
    this.memoryAdvice = budget.advice(hashing);
    this.memoryMib = (long) permits * hashing.memoryKib() / 1024;
    this.usual = HashCost.argon2(hashing.memoryKib(), hashing.iterations());
    // Fair, so that a hash that needs all of it gets its turn.
    this.memory = new Semaphore(permits, true);
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
   * Admits one piece of hashing work; the caller must close the slot, whether or not it used it.
   * That of the warm-up is never refused: it makes the estimate for refusals.
   *
   * @throws ApiException 503 with {@code Retry-After} if the queue is full
   */
  public Slot reserve() {
    int ahead = admitted.getAndIncrement();
    if (isFull(ahead)) {
      admitted.decrementAndGet();
      throw refusal();
    }
    return new Slot(!DecoyRules.isShed());
  }

  private boolean isFull(int ahead) {
    return bounded && DecoyRules.isShed() && ahead >= capacity();
  }

  /**
   * Checks the queue before any work is done for a request that needs a hash.
   *
   * @throws ApiException 503 with {@code Retry-After} if the queue is full
   */
  @Override
  public void refuseIfFull() {
    if (isFull(admitted.get())) {
      throw refusal();
    }
  }

  ApiException refusal() {
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
   * Returns how much work may be admitted: what is being hashed, plus what is done within the queue
   * time.
   */
  private int capacity() {
    long waiting = queueNanos * permits / hashTime.nanos();
    return (int) Math.max(permits, Math.min(MOST_ADMITTED, permits + waiting));
  }

  /** Work may wait for the queue time, plus the hash that is being computed. */
  boolean isTooLate(long waitedNanos) {
    return bounded && waitedNanos > queueNanos + hashTime.nanos();
  }

  /** Returns the number of concurrent hashes; each takes the configured memory. */
  public int permits() {
    return permits;
  }

  /**
   * The current state of the gate.
   *
   * @param admitted work that waits or is being hashed
   * @param capacity maximum of {@code admitted}
   * @param estimateMs how long one hash currently takes
   * @param shed refusals since the start of the process
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

  /** Work that is admitted and waits for a thread. */
  int queued() {
    return threads.getQueue().size();
  }

  @Override
  public void start() {
    log.info("hashing permits={} memory_mib_at_most={} bounded={}", permits, memoryMib, bounded);
    memoryAdvice.ifPresent(log::warn);
  }

  @Override
  public void stop() {
    threads.shutdownNow();
  }

  /**
   * The right to compute a hash, held from before the first I/O of a request until its hash is
   * known.
   */
  public final class Slot implements AutoCloseable {
    private final boolean patient;

    private Slot(boolean patient) {
      this.patient = patient;
    }

    /**
     * Runs the work on a hashing thread and waits for it; the caller must not hold a database
     * connection.
     *
     * @throws ApiException 503 if the work waited too long, or the waiting thread was interrupted
     */
    public <T> T run(Supplier<T> work) {
      return run(usual, work);
    }

    /**
     * As {@link #run(Supplier)}, for a hash of another cost: it takes as many places in the queue
     * as hashes could be computed meanwhile, and a hash that needs the memory of several waits
     * until they are done.
     */
    public <T> T run(HashCost cost, Supplier<T> work) {
      int furtherPlaces = cost.timesTheTimeOf(usual) - 1;
      admitted.addAndGet(furtherPlaces);
      try {
        return await(
            new HashingJob<>(HashingGate.this, work, cost, patient, tracer, metrics, nanoTime));
      } finally {
        admitted.addAndGet(-furtherPlaces);
      }
    }

    private <T> T await(HashingJob<T> job) {
      Future<T> hash = threads.submit(job);
      try {
        return hash.get();
      } catch (InterruptedException interrupted) {
        // Do not compute a hash that no request waits for.
        hash.cancel(false);
        job.endWaiting();
        Thread.currentThread().interrupt();
        throw refusal();
      } catch (ExecutionException failed) {
        throw failed.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException(failed.getCause());
      } finally {
        job.recordTimeline();
      }
    }

    @Override
    public void close() {
      admitted.decrementAndGet();
    }
  }

  /** Waits for the memory of the hash, and computes it with that. */
  <T> T withMemory(HashCost cost, Supplier<T> work) {
    int shares = Math.min(permits, cost.timesTheMemoryOf(usual));
    memory.acquireUninterruptibly(shares);
    try {
      return work.get();
    } finally {
      memory.release(shares);
    }
  }

  /** Only hashes of the usual cost tell how long those that wait will take. */
  void computed(HashCost cost, long tookNanos) {
    if (isUsual(cost)) {
      hashTime.add(tookNanos);
    }
  }

  boolean isUsual(HashCost cost) {
    return cost.equals(usual);
  }
}
