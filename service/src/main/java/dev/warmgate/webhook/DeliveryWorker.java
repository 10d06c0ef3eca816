package dev.warmgate.webhook;

import dev.warmgate.audit.Audit;
import dev.warmgate.logging.RootCause;
import dev.warmgate.outbound.OutboundClient;
import dev.warmgate.outbound.OutboundRefused;
import dev.warmgate.outbox.Outbox;
import dev.warmgate.outbox.RetrySchedule;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
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

  private static final int GONE = 410;
  private static final int BATCH = 500;
  private static final String DELIVERED = "delivered";
  private static final String FAILED = "failed";
  private static final String DEAD = "dead";

  private final Outbox<OutboxDao> outbox;
  private final OutboundClient client;
  private final WebhookSecrets secrets;
  private final RetrySchedule schedule;
  private final Audit audit;
  private final Clock clock;
  private final LongCounter attempts;
  private volatile boolean stopping;

  DeliveryWorker(
      Outbox<OutboxDao> outbox,
      OutboundClient client,
      WebhookSecrets secrets,
      RetrySchedule schedule,
      Audit audit,
      Clock clock,
      OpenTelemetry telemetry) {
    this.outbox = outbox;
    this.client = client;
    this.secrets = secrets;
    this.schedule = schedule;
    this.audit = audit;
    this.clock = clock;
    this.attempts =
        telemetry.getMeter(Telemetry.SCOPE).counterBuilder(Telemetry.WEBHOOK_ATTEMPTS).build();
    // Creates the series at zero, so that the first attempt shows up as an increase.
    for (String outcome : List.of(DELIVERED, FAILED, DEAD)) {
      attempts.add(0, Attributes.of(Telemetry.OUTCOME, outcome));
    }
  }

  /**
   * The result of an attempt.
   *
   * @param status of the answer; 0 without one
   * @param error contains neither the receiver's response nor its URL
   * @param pause how long the receiver asks to be left alone
   */
  private record Attempt(int status, String error, Duration pause) {
    static Attempt unanswered(String error) {
      return new Attempt(0, error, Duration.ZERO);
    }

    static Attempt of(OutboundClient.Head answer, Instant now) {
      return new Attempt(
          answer.status(), "status " + answer.status(), RetryAfter.parse(answer.retryAfter(), now));
    }

    boolean succeeded() {
      return status >= 200 && status < 300;
    }
  }

  /** Attempts that have no answer from now on do not count, since the client is being closed. */
  void stop() {
    stopping = true;
  }

  void deliver(OutboxDao.Claimed delivery) {
    Attempt attempt = send(delivery);
    try {
      if (attempt.status() == 0 && stopping) {
        outbox.ask(dao -> dao.release(delivery.id(), delivery.occurredAt(), delivery.attempts()));
      } else {
        count(attempt.succeeded() ? delivered(delivery) : failed(delivery, attempt));
      }
    } catch (RuntimeException unavailable) {
      // It is sent again when its lease ends; the receiver recognises it by its id.
      log.debug("result of delivery {} not stored: {}", delivery.id(), RootCause.of(unavailable));
    }
  }

  private Attempt send(OutboxDao.Claimed delivery) {
    try {
      Message message = Message.of(delivery);
      OutboundClient.Head answer =
          client.post(
              delivery.url(),
              message.headers(secrets.open(delivery), clock.instant().getEpochSecond()),
              message.body());
      return Attempt.of(answer, clock.instant());
    } catch (IOException failed) {
      return Attempt.unanswered(describe(failed));
    } catch (RuntimeException internal) {
      if (!stopping) {
        log.warn("delivery {} failed: {}", delivery.id(), RootCause.of(internal));
      }
      return Attempt.unanswered("could not be sent");
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

  private String failed(OutboxDao.Claimed delivery, Attempt attempt) {
    if (attempt.status() != GONE && attempt.pause().isPositive()) {
      long millis = attempt.pause().toMillis();
      outbox.ask(dao -> dao.pause(delivery.webhookId(), delivery.url(), millis));
    }
    String outcome = schedule(delivery, attempt.error());
    if (attempt.status() == GONE) {
      end(delivery);
    }
    return outcome;
  }

  private String schedule(OutboxDao.Claimed delivery, String error) {
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

  /**
   * Ends the webhook unless its URL has changed, and gives up what is pending; the housekeeping
   * does so later if this process does not.
   */
  private void end(OutboxDao.Claimed delivery) {
    boolean ended =
        audit.record(
            origin -> outbox.ask(dao -> dao.end(delivery.webhookId(), delivery.url(), origin)));
    if (ended) {
      log.warn("webhook ended, its receiver answered 410 webhook={}", delivery.webhookId());
    }
    int givenUp = BATCH;
    while (givenUp == BATCH) {
      givenUp = outbox.ask(dao -> dao.giveUpEnded(BATCH));
    }
  }

  private void count(String outcome) {
    attempts.add(1, Attributes.of(Telemetry.OUTCOME, outcome));
  }
}
