package dev.warmgate.webhook;

import dev.warmgate.audit.Audit;
import dev.warmgate.logging.RootCause;
import dev.warmgate.outbound.OutboundClient;
import io.dropwizard.lifecycle.Managed;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns audit events into deliveries and sends them, with a limit of calls per webhook, so that a
 * slow receiver does not delay other webhooks. All state is in PostgreSQL: if this process is
 * killed, another replica continues, at the latest when the leases of running deliveries end.
 */
public final class WebhookDispatcher implements Managed {
  private static final Logger log = LoggerFactory.getLogger(WebhookDispatcher.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final int EVENTS_AT_ONCE = 200;
  private static final int CALLS_PER_WEBHOOK = 8;

  /** Added to twice the timeout, because a slow name lookup cannot be aborted. */
  private static final Duration LEASE_SLACK = Duration.ofSeconds(5);

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);
  private static final String EVENTS = WebhookEvent.names(WebhookEvent.all());

  private final Outbox outbox;
  private final OutboundClient client;
  private final DeliveryWorker worker;
  private final long leaseMillis;

  /** The number of running calls by webhook. */
  private final Map<UUID, Integer> calls = new ConcurrentHashMap<>();

  private final ExecutorService senders =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("webhook-", 0).factory());
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread = Thread.ofPlatform().name("webhooks").daemon().unstarted(this::run);

  // Used by the dispatcher's thread only.
  private boolean started;
  private boolean failing;

  private volatile boolean stopping;

  public WebhookDispatcher(
      OutboxDao dao,
      OutboundClient client,
      WebhookSecrets secrets,
      WebhooksConfiguration configuration,
      Audit audit,
      Clock clock,
      OpenTelemetry telemetry) {
    this.outbox = new Outbox(dao);
    this.client = client;
    RetrySchedule schedule =
        new RetrySchedule(
            configuration.backoff().toJavaDuration(),
            configuration.maxBackoff().toJavaDuration(),
            configuration.attempts());
    this.worker = new DeliveryWorker(outbox, client, secrets, schedule, audit, clock, telemetry);
    this.leaseMillis =
        configuration.timeout().toJavaDuration().multipliedBy(2).plus(LEASE_SLACK).toMillis();
  }

  /** Returns the maximum number of concurrent calls. */
  public static int mostCalls() {
    return WebhookService.MOST_WEBHOOKS * CALLS_PER_WEBHOOK;
  }

  private void run() {
    try {
      while (!stopping) {
        boolean _ = wake.tryAcquire(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        wake.drainPermits();
        follow();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    try {
      work();
      if (failing) {
        log.info("webhooks are delivered again");
      }
      started = true;
      failing = false;
    } catch (RuntimeException unavailable) {
      // Before the first success the table may not exist yet.
      if (started && !failing) {
        log.warn("webhooks are delayed: {}", RootCause.of(unavailable));
      }
      failing = started;
    }
  }

  private void work() {
    if (!started && outbox.ask(OutboxDao::resetHorizonAfterRestore) > 0) {
      log.warn("the database's transaction ids restarted: webhooks continue from here");
    }
    if (outbox.ask(OutboxDao::anythingNew)) {
      while (!stopping && outbox.ask(dao -> dao.fanOut(EVENTS, EVENTS_AT_ONCE))) {
        log.debug("read {} audit events", EVENTS_AT_ONCE);
      }
    }
    String running =
        calls.entrySet().stream()
            .flatMap(webhook -> Collections.nCopies(webhook.getValue(), webhook.getKey()).stream())
            .map(UUID::toString)
            .collect(Collectors.joining(" "));
    for (OutboxDao.Claimed delivery :
        outbox.ask(dao -> dao.claim(running, CALLS_PER_WEBHOOK, leaseMillis))) {
      calls.merge(delivery.webhookId(), 1, Integer::sum);
      senders.execute(() -> deliver(delivery));
    }
  }

  private void deliver(OutboxDao.Claimed delivery) {
    try {
      worker.deliver(delivery);
    } finally {
      Integer left =
          calls.computeIfPresent(
              delivery.webhookId(), (webhook, count) -> count == 1 ? null : count - 1);
      if (left == null || left <= CALLS_PER_WEBHOOK / 2) {
        wake.release();
      }
    }
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public void stop() throws InterruptedException {
    // Do not interrupt the thread: that would break a connection in use.
    stopping = true;
    wake.release();
    thread.join(INTERVAL);
    worker.stop();
    client.close();
    senders.shutdown();
    boolean _ = senders.awaitTermination(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
