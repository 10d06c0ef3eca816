package dev.warmgate.webhook;

import dev.warmgate.outbound.OutboundClient;
import dev.warmgate.outbound.OutboundRefused;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one attempt at a delivery and records its result. It holds no database connection during
 * the call; if the result cannot be stored, the delivery is sent again.
 */
final class DeliveryWorker {
  private static final Logger log = LoggerFactory.getLogger(DeliveryWorker.class);

  private static final String DELIVERED = "delivered";
  private static final String FAILED = "failed";
  private static final String DEAD = "dead";

  private final Outbox outbox;
  private final OutboundClient client;
  private final WebhookSecrets secrets;
  private final RetrySchedule schedule;
  private final Clock clock;
  private final LongCounter attempts;

  DeliveryWorker(
      Outbox outbox,
      OutboundClient client,
      WebhookSecrets secrets,
      RetrySchedule schedule,
      Clock clock,
      OpenTelemetry telemetry) {
    this.outbox = outbox;
    this.client = client;
    this.secrets = secrets;
    this.schedule = schedule;
    this.clock = clock;
    this.attempts =
        telemetry.getMeter(Telemetry.SCOPE).counterBuilder(Telemetry.WEBHOOK_ATTEMPTS).build();
    // Creates the series at zero, so that the first attempt shows up as an increase.
    for (String outcome : List.of(DELIVERED, FAILED, DEAD)) {
      attempts.add(0, Attributes.of(Telemetry.OUTCOME, outcome));
    }
  }

  void deliver(OutboxDao.Claimed delivery) {
    Optional<String> error = send(delivery);
    try {
      count(error.isEmpty() ? delivered(delivery) : failed(delivery, error.get()));
    } catch (RuntimeException unavailable) {
      // It is sent again when its lease ends; the receiver recognises it by its id.
      log.debug("result of delivery {} not stored: {}", delivery.id(), unavailable.getMessage());
    }
  }

  /**
   * Returns the error, which contains neither the receiver's response nor its URL; empty on
   * success.
   */
  private Optional<String> send(OutboxDao.Claimed delivery) {
    try {
      WebhookSecret secret =
          secrets.open(
              delivery.webhookId(), delivery.encryptedSecret(), delivery.encryptionKeyId());
      Message message = Message.of(delivery);
      int status =
          client.post(
              delivery.url(),
              message.headers(secret, clock.instant().getEpochSecond()),
              message.body());
      return status >= 200 && status < 300 ? Optional.empty() : Optional.of("status " + status);
    } catch (IOException failed) {
      return Optional.of(describe(failed));
    } catch (RuntimeException internal) {
      log.warn("delivery {} failed: {}", delivery.id(), internal.getMessage());
      return Optional.of("could not be sent");
    }
  }

  private static String describe(IOException failed) {
    return switch (failed) {
      case OutboundRefused refused ->
          "refused: " + refused.refusal().name().toLowerCase(Locale.ROOT);
      case UnknownHostException _ -> "host name not found";
      case SSLException _ -> "TLS failed";
      case ConnectException _ -> "no connection";
      case InterruptedIOException _ -> "no answer in time";
      default -> "connection broken";
    };
  }

  private String delivered(OutboxDao.Claimed delivery) {
    outbox.ask(dao -> dao.delivered(delivery.id(), delivery.occurredAt(), delivery.attempts()));
    return DELIVERED;
  }

  private String failed(OutboxDao.Claimed delivery, String error) {
    int attempt = delivery.attempts();
    if (!schedule.givesUpAfter(attempt)) {
      long delay = schedule.after(attempt, ThreadLocalRandom.current()).toMillis();
      outbox.ask(dao -> dao.failed(delivery.id(), delivery.occurredAt(), attempt, delay, error));
      return FAILED;
    }
    outbox.ask(dao -> dao.givenUp(delivery.id(), delivery.occurredAt(), attempt, error));
    log.warn(
        "webhook delivery abandoned webhook={} delivery={} attempts={} error={}",
        delivery.webhookId(),
        delivery.id(),
        attempt,
        error);
    return DEAD;
  }

  private void count(String outcome) {
    attempts.add(1, Attributes.of(Telemetry.OUTCOME, outcome));
  }
}
