package dev.warmgate.mail;

import dev.warmgate.logging.RootCause;
import dev.warmgate.mail.MailMetrics.Outcome;
import dev.warmgate.outbox.Outbox;
import dev.warmgate.outbox.RetrySchedule;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one attempt to send a mail and records its result. It holds no database connection
 * meanwhile; if the result cannot be stored, the mail is sent again with the same id.
 */
final class MailWorker {
  private static final Logger log = LoggerFactory.getLogger(MailWorker.class);

  private final Outbox<MailDao> outbox;
  private final Function<MailDao.Claimed, OutgoingMail> composer;
  private final SmtpClient client;
  private final RetrySchedule schedule;
  private final boolean withholdsReserved;
  private final MailMetrics metrics;

  /**
   * @param composer as {@link MailComposer#compose}
   * @param withholdsReserved whether mails to reserved domains are not sent
   */
  MailWorker(
      Outbox<MailDao> outbox,
      Function<MailDao.Claimed, OutgoingMail> composer,
      SmtpClient client,
      RetrySchedule schedule,
      boolean withholdsReserved,
      MailMetrics metrics) {
    this.outbox = outbox;
    this.composer = composer;
    this.client = client;
    this.schedule = schedule;
    this.withholdsReserved = withholdsReserved;
    this.metrics = metrics;
  }

  void deliver(MailDao.Claimed mail) {
    Span span = metrics.begin(mail);
    try (Scope _ = span.makeCurrent()) {
      attempt(mail, span);
    } catch (RuntimeException unavailable) {
      // It is sent again when its lease ends.
      log.debug("result of mail {} not stored: {}", mail.id(), RootCause.of(unavailable));
    } finally {
      span.end();
    }
  }

  private void attempt(MailDao.Claimed mail, Span span) {
    if (mail.expired()) {
      giveUp(mail, "ran out unsent", false);
      metrics.end(span, Outcome.GIVEN_UP);
      return;
    }
    OutgoingMail composed;
    try {
      composed = composer.apply(mail);
    } catch (UnusableTemplate mistake) {
      // It is sent once the template is mended, unless it runs out.
      log.warn("mail waits mail={} kind={} error={}", mail.id(), mail.kind(), mistake.getMessage());
      metrics.end(span, later(mail, String.valueOf(mistake.getMessage())));
      return;
    } catch (IllegalArgumentException | IllegalStateException impossible) {
      giveUp(mail, String.valueOf(impossible.getMessage()), false);
      metrics.end(span, Outcome.GIVEN_UP);
      return;
    }
    if (withholdsReserved && composed.to().isReserved()) {
      outbox.ask(dao -> dao.givenUp(mail.id(), mail.attempts(), "reserved domain", false));
      metrics.end(span, Outcome.WITHHELD);
      return;
    }
    long began = System.nanoTime();
    SmtpReply reply = client.send(composed);
    metrics.took(System.nanoTime() - began);
    if (client.isClosing() && !reply.isAnswer()) {
      outbox.ask(dao -> dao.release(mail.id(), mail.attempts(), 0, null));
      return;
    }
    metrics.end(span, record(mail, reply));
  }

  private Outcome record(MailDao.Claimed mail, SmtpReply reply) {
    return switch (reply.result()) {
      case SENT -> {
        outbox.ask(dao -> dao.sent(mail.id(), mail.attempts()));
        yield Outcome.SENT;
      }
      case REFUSED -> {
        giveUp(mail, reply.summary(), reply.saysUndeliverable());
        yield Outcome.REFUSED;
      }
      case UNREACHABLE -> later(mail, reply.summary());
      case DEFERRED -> deferred(mail, reply);
    };
  }

  /** Has the mail tried again, without counting this attempt. */
  private Outcome later(MailDao.Claimed mail, String why) {
    long delay = after(1).toMillis();
    outbox.ask(dao -> dao.release(mail.id(), mail.attempts(), delay, why));
    return Outcome.FAILED;
  }

  private Outcome deferred(MailDao.Claimed mail, SmtpReply reply) {
    if (schedule.givesUpAfter(mail.attempts())) {
      giveUp(mail, reply.summary(), false);
      return Outcome.GIVEN_UP;
    }
    long delay = after(mail.attempts()).toMillis();
    outbox.ask(dao -> dao.failed(mail.id(), mail.attempts(), delay, reply.summary()));
    return Outcome.FAILED;
  }

  private Duration after(int attempts) {
    return schedule.after(attempts, ThreadLocalRandom.current());
  }

  private void giveUp(MailDao.Claimed mail, String why, boolean undeliverable) {
    outbox.ask(dao -> dao.givenUp(mail.id(), mail.attempts(), why, undeliverable));
    log.warn(
        "mail abandoned mail={} kind={} account={} attempts={} error={}",
        mail.id(),
        mail.kind(),
        mail.accountId(),
        mail.attempts(),
        why);
  }
}
