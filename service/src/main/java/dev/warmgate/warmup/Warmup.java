package dev.warmgate.warmup;

import com.codahale.metrics.health.HealthCheck;
import dev.warmgate.telemetry.Telemetry;
import io.dropwizard.lifecycle.Managed;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the warmers one after the other, beside the start of the server: a dependency that is down
 * does not stop the start, it only delays readiness. As a health check it is healthy once every
 * required warmer is done.
 */
public final class Warmup extends HealthCheck implements Managed {
  private static final Logger log = LoggerFactory.getLogger(Warmup.class);
  private static final long PROCESS_BEGAN_MS = ManagementFactory.getRuntimeMXBean().getStartTime();
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(1);

  private final List<Warmer> warmers;
  private final Tracer tracer;
  private final Thread thread = Thread.ofPlatform().name("warm-up").daemon().unstarted(this::run);
  private volatile List<WarmupReport.Step> done = List.of();
  private volatile boolean complete;

  public Warmup(List<Warmer> warmers, OpenTelemetry telemetry) {
    this.warmers = List.copyOf(warmers);
    this.tracer = telemetry.getTracer(Telemetry.SCOPE);
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public void stop() {
    thread.interrupt();
  }

  /** What was done so far. */
  public WarmupReport report() {
    return new WarmupReport(complete, done);
  }

  @Override
  protected Result check() {
    return complete ? Result.healthy() : Result.unhealthy("warming up");
  }

  private void run() {
    try {
      for (Warmer warmer : warmers) {
        List<WarmupReport.Step> steps = new ArrayList<>(done);
        steps.add(warm(warmer));
        done = List.copyOf(steps);
      }
      complete = true;
      log.info("warm steps={}", done);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private WarmupReport.Step warm(Warmer warmer) throws InterruptedException {
    long started = System.nanoTime();
    long startedMs = System.currentTimeMillis() - PROCESS_BEGAN_MS;
    Duration pause = FIRST_RETRY;
    while (true) {
      boolean succeeded = attempt(warmer);
      if (succeeded || !warmer.required()) {
        long millis = Duration.ofNanos(System.nanoTime() - started).toMillis();
        return new WarmupReport.Step(
            warmer.name(), succeeded ? "warm" : "failed", startedMs, millis);
      }
      // Jitter, so that replicas that lost the same dependency do not come back at once.
      Thread.sleep(pause.toMillis() / 2 + ThreadLocalRandom.current().nextLong(pause.toMillis()));
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_RETRY) > 0
              ? LONGEST_RETRY
              : pause.multipliedBy(2);
    }
  }

  private boolean attempt(Warmer warmer) {
    Span span = tracer.spanBuilder(Telemetry.SPAN_WARMUP_PREFIX + warmer.name()).startSpan();
    try (Scope _ = span.makeCurrent()) {
      warmer.step().run();
      return true;
    } catch (RuntimeException failed) {
      span.recordException(failed);
      log.warn("warm-up step {} failed: {}", warmer.name(), failed.getMessage());
      return false;
    } finally {
      span.end();
    }
  }
}
