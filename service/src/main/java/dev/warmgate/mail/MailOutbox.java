package dev.warmgate.mail;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import org.jspecify.annotations.Nullable;

/**
 * Lets a statement queue mails together with their cause: either both are stored or neither.
 *
 * @param on whether mails are sent at all; otherwise none is queued
 * @param traceparent the current trace, to which the span of the sending links
 */
public record MailOutbox(boolean on, @Nullable String traceparent) {
  /**
   * A fragment for a statement with {@code @BindMethods("mail") MailOutbox}. It queues the rows of
   * the common table expression {@code mails(kind, account_id, address, locale, parameters,
   * request_id, key_id, lifetime)}: {@code parameters} has no secrets, {@code request_id} and
   * {@code key_id} are those of {@link MailSecrets} or NULL, and {@code lifetime} is how long the
   * mail is of use. Accounts of the warm-up get none.
   */
  public static final String QUEUED =
      """
      , queued AS (
        INSERT INTO mail (kind, account_id, address, locale, parameters, request_id, key_id,
          expires_at, traceparent)
        SELECT kind, account_id, address, locale, parameters, request_id, key_id,
          now() + lifetime, CAST(:mail.traceparent AS text)
        FROM mails
        WHERE :mail.on AND address NOT LIKE '%@warmup.invalid'
      )
      """;

  /** Returns the outbox for a statement of the current request. */
  static MailOutbox current(boolean on) {
    SpanContext span = Span.current().getSpanContext();
    return new MailOutbox(
        on,
        span.isValid()
            ? "00-%s-%s-%s"
                .formatted(span.getTraceId(), span.getSpanId(), span.getTraceFlags().asHex())
            : null);
  }
}
