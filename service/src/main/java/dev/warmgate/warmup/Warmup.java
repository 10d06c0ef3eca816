package dev.warmgate.warmup;

import com.codahale.metrics.health.HealthCheck;
import dev.warmgate.logging.RootCause;
import dev.warmgate.telemetry.Telemetry;
import io.dropwizard.lifecycle.Managed;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleGauge;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the warmers concurrently with the start of the server, each after the steps that it depends
 * on; as a health check it is healthy once all have ended. An unavailable dependency delays
 * readiness, but does not abort the start.
 */
public final class Warmup extends HealthCheck implements Managed {
  private static final Logger log = LoggerFactory.getLogger(Warmup.class);
  private static final long PROCESS_BEGAN_MS = ManagementFactory.getRuntimeMXBean().getStartTime();
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration LONGEST_RETRY = Duration.ofMillis(500);

  /** A dependency that hangs must not keep the port closed. */
  private static final Duration LONGEST_ALONE = Duration.ofSeconds(3);

  /** Whoever looks for the reason looks at the end of the log. */
  private static final Duration SAY_AGAIN = Duration.ofMinutes(1);

  private final List<Warmer> warmers;
  private final Tracer tracer;
  private final DoubleGauge durations;
  private final Map<String, CountDownLatch> ended = new LinkedHashMap<>();
  private final Map<String, CountDownLatch> tried = new LinkedHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile List<WarmupReport.Step> done = List.of();

  /**
   * @throws IllegalArgumentException if a warmer depends on one that does not precede it
   */
  public Warmup(List<Warmer> warmers, OpenTelemetry telemetry) {
    this.warmers = List.copyOf(warmers);
    this.tracer = telemetry.getTracer(Telemetry.SCOPE);
    this.durations =
        telemetry
            .getMeter(Telemetry.SCOPE)
            .gaugeBuilder(Telemetry.WARMUP_DURATION)
            .setUnit("s")
            .build();
    for (Warmer warmer : warmers) {
      if (!ended.keySet().containsAll(warmer.after())
          || !tried.keySet().containsAll(warmer.letsFirst())) {
        throw new IllegalArgumentException(
            warmer.name() + " depends on a step that does not precede it");
      }
      ended.put(warmer.name(), new CountDownLatch(1));
      tried.put(warmer.name(), new CountDownLatch(1));
      Thread.Builder named = Thread.ofPlatform().name("warm-up " + warmer.name()).daemon();
      threads.add(named.unstarted(() -> run(warmer)));
    }
  }

  /**
   * Starts the warmers, which run while the rest of the service is built.
   *
   * @param alone the steps that get the processors first: this returns once each has been tried, or
   *     after some seconds if one hangs
   */
  public void begin(String... alone) throws InterruptedException {
    threads.forEach(Thread::start);
    long end = System.nanoTime() + LONGEST_ALONE.toNanos();
    for (String name : alone) {
      boolean _ = tried.get(name).await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void stop() {
    threads.forEach(Thread::interrupt);
  }

  /** Returns the progress so far. */
  public WarmupReport report() {
    List<WarmupReport.Step> steps = done;
    return new WarmupReport(steps.size() == warmers.size(), steps);
  }

  @Override
  protected Result check() {
    return report().complete() ? Result.healthy() : Result.unhealthy("warming up");
  }

  private void run(Warmer warmer) {
    try {
      for (String name : warmer.after()) {
        ended.get(name).await();
      }
      for (String name : warmer.letsFirst()) {
        tried.get(name).await();
      }
      add(warm(warmer));
      ended.get(warmer.name()).countDown();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void add(WarmupReport.Step step) {
    List<WarmupReport.Step> steps = new ArrayList<>(done);
    steps.add(step);
    durations.set(
        step.durationMs() / 1e3,
        Attributes.of(Telemetry.STEP, step.name(), Telemetry.OUTCOME, step.outcome().toString()));
    if (steps.size() == warmers.size()) {
      log.info("warm after={}ms steps={}", sinceStart(), steps);
    }
    done = List.copyOf(steps);
  }

  private static long sinceStart() {
    return System.currentTimeMillis() - PROCESS_BEGAN_MS;
  }

  private WarmupReport.Step warm(Warmer warmer) throws InterruptedException {
    long started = System.nanoTime();
    long startedMs = sinceStart();
    Spent before = Spent.now();
    Duration pause = FIRST_RETRY;
    String logged = "";
    long loggedAt = started;
    for (int attempts = 1; ; attempts++) {
      Warmed warmed = attempt(warmer);
      tried.get(warmer.name()).countDown();
      // Each attempt fails for the same reason, apart from its numbers.
      String reason = warmed.isWarm() ? logged : warmed.detail().replaceAll("\\d+", "");
      boolean again = !warmed.isWarm() && System.nanoTime() - loggedAt > SAY_AGAIN.toNanos();
      if (again || !reason.equals(logged)) {
        logged = reason;
        loggedAt = System.nanoTime();
        log.warn("warm-up step {} {}: {}", warmer.name(), warmed.outcome(), warmed.detail());
      }
      if (warmed.isWarm() || attempts == warmer.attempts()) {
        long millis = Duration.ofNanos(System.nanoTime() - started).toMillis();
        return new WarmupReport.Step(
            warmer.name(),
            warmed.outcome(),
            attempts,
            startedMs,
            millis,
            Spent.now().since(before),
            warmed.detail());
      }
      // Jitter, so that replicas that lost the same dependency do not retry at the same time.
      Thread.sleep(pause.toMillis() / 2 + ThreadLocalRandom.current().nextLong(pause.toMillis()));
      Duration longer = pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : longer;
    }
  }

  private Warmed attempt(Warmer warmer) throws InterruptedException {
    Span span = tracer.spanBuilder(Telemetry.SPAN_WARMUP_PREFIX + warmer.name()).startSpan();
    try (Scope _ = span.makeCurrent()) {
      Warmed warmed = run(warmer, span);
      if (!warmed.isWarm()) {
        span.setStatus(StatusCode.ERROR);
        span.setAttribute(Telemetry.FAILURE, "warm_up");
      }
      return warmed;
    } finally {
      span.end();
    }
  }

  private static Warmed run(Warmer warmer, Span span) throws InterruptedException {
    try {
      return warmer.step().call();
    } catch (InterruptedException stopped) {
      throw stopped;
    } catch (Exception failed) {
      span.recordException(failed);
      return Warmed.failed(RootCause.of(failed));
    }
  }
}
