package dev.warmgate.webhook;

import dev.warmgate.audit.Audit;
import dev.warmgate.outbound.OutboundClient;
import dev.warmgate.outbox.Dispatcher;
import dev.warmgate.outbox.Outbox;
import dev.warmgate.outbox.RetrySchedule;
import io.dropwizard.lifecycle.Managed;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns audit events into deliveries and sends them, with a limit of calls per webhook, so that a
 * slow receiver does not delay other webhooks. All state is in PostgreSQL: if this process is
 * killed, another replica continues, at the latest when the leases of running deliveries end.
 */
public final class WebhookDispatcher implements Dispatcher.Outlet, Managed {
  private static final Logger log = LoggerFactory.getLogger(WebhookDispatcher.class);
  private static final int EVENTS_AT_ONCE = 200;
  private static final int CALLS_PER_WEBHOOK = 8;

  /** Added to twice the timeout, because a slow name lookup cannot be aborted. */
  private static final Duration LEASE_SLACK = Duration.ofSeconds(5);

  private final Outbox<OutboxDao> outbox;
  private final OutboundClient client;
  private final DeliveryWorker worker;
  private final long leaseMillis;
  private final Dispatcher dispatcher;

  /** The number of running calls by webhook. */
  private final Map<UUID, Integer> calls = new ConcurrentHashMap<>();

  public WebhookDispatcher(
      Outbox<OutboxDao> outbox,
      OutboundClient client,
      WebhookSecrets secrets,
      WebhooksConfiguration configuration,
      Audit audit,
      Clock clock,
      OpenTelemetry telemetry) {
    this.outbox = outbox;
    this.client = client;
    RetrySchedule schedule =
        new RetrySchedule(
            configuration.backoff().toJavaDuration(),
            configuration.maxBackoff().toJavaDuration(),
            configuration.attempts());
    this.worker = new DeliveryWorker(outbox, client, secrets, schedule, audit, clock, telemetry);
    this.dispatcher = new Dispatcher("webhooks", configuration.interval().toJavaDuration(), this);
    this.leaseMillis =
        configuration.timeout().toJavaDuration().multipliedBy(2).plus(LEASE_SLACK).toMillis();
  }

  /** Returns the maximum number of concurrent calls. */
  public static int mostCalls() {
    return WebhookService.MOST_WEBHOOKS * CALLS_PER_WEBHOOK;
  }

  @Override
  public void work(boolean first) {
    if (first && outbox.ask(OutboxDao::resetHorizonAfterRestore) > 0) {
      log.warn(
          "the database was restored: its transaction ids began anew, and webhooks go on from here");
    }
    if (outbox.ask(OutboxDao::anythingNew)) {
      while (!dispatcher.isStopping() && outbox.ask(dao -> dao.fanOut(EVENTS_AT_ONCE))) {
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
      dispatcher.send(() -> deliver(delivery));
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
        dispatcher.wake();
      }
    }
  }

  @Override
  public void close() {
    worker.stop();
    client.close();
  }

  @Override
  public void start() {
    dispatcher.start();
  }

  @Override
  public void stop() throws InterruptedException {
    dispatcher.stop();
  }
}
