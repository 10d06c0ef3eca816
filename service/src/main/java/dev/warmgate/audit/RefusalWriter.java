package dev.warmgate.audit;

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
 * Writes down failed attempts in batches, at most a thousand a second, so that guessing passwords
 * costs an attacker more than it costs the database. What does not fit into the queue is dropped
 * and counted. While PostgreSQL is away the log still tells of them and the rows wait.
 */
public final class RefusalWriter implements Managed {
  private static final Logger log = LoggerFactory.getLogger(RefusalWriter.class);
  private static final int QUEUE = 2000;
  private static final int BATCH = 100;
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
  private static final int MOST_FAILURES = 60;
  private static final Duration LAST_CHANCE = Duration.ofSeconds(2);

  /**
   * An attempt that came to nothing.
   *
   * @param emailKey of the account that was aimed at, to be looked up when it is written down;
   *     {@code null} if the account is known or there is none
   */
  public record Refusal(
      Instant occurredAt, AuditContext origin, AuditRecord happened, @Nullable String emailKey) {
    /** Without the address. */
    @Override
    public String toString() {
      return happened + " " + occurredAt;
    }
  }

  private final AuditDao dao;
  private final Clock clock;
  private final LongCounter dropped;
  private final AtomicLong droppedUntold = new AtomicLong();
  private final BlockingQueue<Refusal> queue = new ArrayBlockingQueue<>(QUEUE);
  private final Thread thread = Thread.ofPlatform().name("audit").daemon().unstarted(this::run);
  private volatile boolean stopping;

  RefusalWriter(AuditDao dao, Clock clock, OpenTelemetry telemetry) {
    this.dao = dao;
    this.clock = clock;
    this.dropped =
        telemetry.getMeter(Telemetry.SCOPE).counterBuilder(Telemetry.AUDIT_DROPPED).build();
    // So that the first one is an increase.
    dropped.add(0);
  }

  void add(AuditContext origin, AuditRecord happened, @Nullable String emailKey) {
    if (!queue.offer(new Refusal(clock.instant(), origin, happened, emailKey))) {
      dropped.add(1);
      droppedUntold.incrementAndGet();
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
          batch.forEach(one -> AuditLog.tell(one.origin(), one.happened()));
          write(batch);
          batch.clear();
          tellDropped();
          pause(PAUSE);
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tries for a minute, or once if there is no more time. */
  private void write(List<Refusal> batch) throws InterruptedException {
    for (int failures = 1; ; failures++) {
      try {
        dao.insert(batch);
        return;
      } catch (RuntimeException databaseAway) {
        if (stopping || failures == MOST_FAILURES) {
          dropped.add(batch.size());
          log.warn("{} refusals are in this log only", batch.size());
          return;
        }
        if (failures == 1) {
          log.warn("refusals cannot be written down: {}", databaseAway.getMessage());
        }
        pause(PAUSE_AFTER_FAILURE);
      }
    }
  }

  private void tellDropped() {
    long untold = droppedUntold.getAndSet(0);
    if (untold > 0) {
      log.warn("{} refusals were too many to be written down", untold);
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
    // No interrupt: it would break a connection that a writing is using.
    stopping = true;
    thread.join(LAST_CHANCE);
  }
}
