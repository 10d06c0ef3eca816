package dev.warmgate.audit;

import dev.warmgate.logging.RootCause;
import dev.warmgate.telemetry.Telemetry;
import io.dropwizard.lifecycle.Managed;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.LongCounter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores refused attempts in batches, at most a thousand a second, so that guessing passwords
 * cannot flood the database. Drops and counts what does not fit into its queue; while PostgreSQL is
 * unavailable, rows wait for up to a minute; then they are written to the log.
 */
public final class RefusalWriter implements Managed {
  private static final Logger log = LoggerFactory.getLogger(RefusalWriter.class);
  private static final int QUEUE = 2000;
  private static final int BATCH = 100;
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
  private static final int MOST_FAILURES = 60;
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

  /**
   * A refused attempt.
   *
   * @param emailKey of the account concerned, looked up when the row is stored; {@code null} if the
   *     account is known or there is none
   */
  public record Refusal(
      Instant occurredAt, AuditContext origin, AuditRecord happened, @Nullable String emailKey) {
    /** Leaves out the address. */
    @Override
    public String toString() {
      return happened + " " + occurredAt;
    }
  }

  private final AuditDao dao;
  private final Clock clock;
  private final LongCounter dropped;
  private final AtomicLong droppedUnlogged = new AtomicLong();
  private final BlockingQueue<Refusal> queue = new ArrayBlockingQueue<>(QUEUE);
  private final Thread thread = Thread.ofPlatform().name("audit").daemon().unstarted(this::run);
  private volatile boolean stopping;

  RefusalWriter(AuditDao dao, Clock clock, OpenTelemetry telemetry) {
    this.dao = dao;
    this.clock = clock;
    this.dropped =
        telemetry.getMeter(Telemetry.SCOPE).counterBuilder(Telemetry.AUDIT_DROPPED).build();
    // Exports a zero, so that the first drop shows as an increase.
    dropped.add(0);
  }

  void add(AuditContext origin, AuditRecord happened, @Nullable String emailKey) {
    if (!queue.offer(new Refusal(clock.instant(), origin, happened, emailKey))) {
      dropped.add(1);
      droppedUnlogged.incrementAndGet();
    }
  }

  private void run() {
    List<Refusal> batch = new ArrayList<>(BATCH);
    try {
      while (!stopping || !queue.isEmpty()) {
        Refusal first = queue.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, BATCH - 1);
          batch.forEach(one -> AuditLog.writeRefusal(one.origin(), one.happened()));
          write(batch);
          batch.clear();
          logDropped();
          pause(PAUSE);
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Retries for a minute, or not at all while stopping. */
  private void write(List<Refusal> batch) throws InterruptedException {
    for (int failures = 1; ; failures++) {
      try {
        dao.insert(batch);
        return;
      } catch (RuntimeException failed) {
        if (stopping || failures == MOST_FAILURES) {
          dropped.add(batch.size());
          batch.forEach(one -> AuditLog.write(one.origin(), one.happened()));
          log.warn("{} refusals could not be stored and are in this log only", batch.size());
          return;
        }
        if (failures == 1) {
          log.warn("refusals cannot be stored, trying again: {}", RootCause.of(failed));
        }
        pause(PAUSE_AFTER_FAILURE);
      }
    }
  }

  private void logDropped() {
    long unlogged = droppedUnlogged.getAndSet(0);
    if (unlogged > 0) {
      log.warn("{} refusals dropped: the queue is full", unlogged);
    }
  }

  private void pause(Duration time) throws InterruptedException {
    if (!stopping) {
      Thread.sleep(time);
    }
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public void stop() throws InterruptedException {
    // No interrupt: it would break the connection of a running insert.
    stopping = true;
    thread.join(STOP_TIMEOUT);
  }
}
