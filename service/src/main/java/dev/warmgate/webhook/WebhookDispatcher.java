package dev.warmgate.webhook;

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
 * Turns audit events into deliveries and has them made, once a second and again as soon as half of
 * a webhook's calls are free. Each webhook has its own few calls at a time, so none waits for
 * another one's receiver. All that matters is in PostgreSQL: whoever is killed is continued by any
 * replica, at the latest when the lease of what was on its way ends.
 */
public final class WebhookDispatcher implements Managed {
  private static final Logger log = LoggerFactory.getLogger(WebhookDispatcher.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final int EVENTS_AT_ONCE = 200;
  private static final int CALLS_PER_WEBHOOK = 8;

  /**
   * Beyond twice the time-out: for a name server that takes its time, which nothing can cut short.
   */
  private static final Duration LEASE_SLACK = Duration.ofSeconds(5);

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);
  private static final String EVENTS = WebhookEvent.names(WebhookEvent.all());

  private final Outbox outbox;
  private final OutboundClient client;
  private final DeliveryWorker courier;
  private final long leaseMillis;

  /** By webhook, how many calls are under way. */
  private final Map<UUID, Integer> calls = new ConcurrentHashMap<>();

  private final ExecutorService couriers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("webhook-", 0).factory());
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread = Thread.ofPlatform().name("webhooks").daemon().unstarted(this::run);

  // Of the thread.
  private boolean reached;
  private boolean away;

  private volatile boolean stopping;

  public WebhookDispatcher(
      OutboxDao dao,
      OutboundClient client,
      WebhookSecrets secrets,
      WebhooksConfiguration configuration,
      Clock clock,
      OpenTelemetry telemetry) {
    this.outbox = new Outbox(dao);
    this.client = client;
    RetrySchedule backoff =
        new RetrySchedule(
            configuration.backoff().toJavaDuration(),
            configuration.maxBackoff().toJavaDuration(),
            configuration.attempts());
    this.courier = new DeliveryWorker(outbox, client, secrets, backoff, clock, telemetry);
    this.leaseMillis =
        configuration.timeout().toJavaDuration().multipliedBy(2).plus(LEASE_SLACK).toMillis();
  }

  /** How many calls there may be at once. */
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
      if (away) {
        log.info("webhooks are told again");
      }
      reached = true;
      away = false;
    } catch (RuntimeException databaseAway) {
      // Before the first time there may be no table yet.
      if (reached && !away) {
        log.warn("webhooks wait: {}", databaseAway.getMessage());
      }
      away = reached;
    }
  }

  private void work() {
    if (!reached && outbox.ask(OutboxDao::resetHorizonAfterRestore) > 0) {
      log.warn("the database counts its transactions anew: webhooks are told from here on");
    }
    if (outbox.ask(OutboxDao::anythingNew)) {
      while (!stopping && outbox.ask(dao -> dao.fanOut(EVENTS, EVENTS_AT_ONCE))) {
        log.debug("read {} audit events", EVENTS_AT_ONCE);
      }
    }
    String underWay =
        calls.entrySet().stream()
            .flatMap(webhook -> Collections.nCopies(webhook.getValue(), webhook.getKey()).stream())
            .map(UUID::toString)
            .collect(Collectors.joining(" "));
    for (OutboxDao.Claimed delivery :
        outbox.ask(dao -> dao.claim(underWay, CALLS_PER_WEBHOOK, leaseMillis))) {
      calls.merge(delivery.webhookId(), 1, Integer::sum);
      couriers.execute(() -> deliver(delivery));
    }
  }

  private void deliver(OutboxDao.Claimed delivery) {
    try {
      courier.deliver(delivery);
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
    // No interrupt: it would break a connection that is being used.
    stopping = true;
    wake.release();
    thread.join(INTERVAL);
    client.close();
    couriers.shutdown();
    boolean _ = couriers.awaitTermination(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
