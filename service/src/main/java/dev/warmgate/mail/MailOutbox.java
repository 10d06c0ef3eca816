package dev.warmgate.mail;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import org.jspecify.annotations.Nullable;

/**
 * Lets a statement queue mails together with their cause: either both are stored or neither.
 *
 * @param on whether mails are sent at all; otherwise none is queued
 * @param limited whether notices have a back-off
 * @param traceparent the current trace, to which the span of the sending links
 * @param supabase whether links lead to the Supabase form of the API
 */
public record MailOutbox(
    boolean on, boolean limited, @Nullable String traceparent, boolean supabase) {
  /**
   * A fragment for a statement with {@code @BindMethods("mail") MailOutbox}. It queues the rows of
   * the common table expression {@code mails(kind, account_id, address, locale, parameters,
   * request_id, key_id, lifetime)}: {@code parameters} has no secrets, {@code request_id} and
   * {@code key_id} are those of {@link MailSecrets} or NULL, and {@code lifetime} is how long the
   * mail is of use. If it is NULL, the row is written, never sent, and purged at once: nobody can
   * tell by the cost of a request whether it leads to a mail. Accounts of the warm-up get none.
   */
  public static final String QUEUED =
      """
      , queued AS (
        INSERT INTO mail (kind, account_id, address, locale, parameters, request_id, key_id,
          expires_at, next_attempt_at, traceparent)
        SELECT kind, account_id, address, locale,
          CASE WHEN :mail.supabase THEN parameters || jsonb_build_object('supabase', true) ELSE parameters END,
          request_id, key_id,
          COALESCE(now() + lifetime, '-infinity'), CASE WHEN lifetime IS NOT NULL THEN now() END,
          CAST(:mail.traceparent AS text)
        FROM mails
        WHERE :mail.on AND address NOT LIKE '%@warmup.invalid'
      )
      """;

  private static final String COUNTED =
      """
      , noticed AS (
        INSERT INTO proof_request AS known (email_key, kind, times, asked_at)
        SELECT lower(address COLLATE "C"), kind, 1, now() FROM mails
        WHERE :mail.on AND address NOT LIKE '%@warmup.invalid'
      """
          + MailBackOff.COUNTED;

  private static final String WHERE_COUNTED =
      """
        RETURNING email_key, kind
      ), queued AS (
        INSERT INTO mail (kind, account_id, address, locale, parameters, request_id, key_id,
          expires_at, traceparent)
        SELECT mails.kind, account_id, address, locale, parameters, request_id, key_id,
          now() + lifetime, CAST(:mail.traceparent AS text)
        FROM mails JOIN noticed
          ON noticed.email_key = lower(mails.address COLLATE "C") AND noticed.kind = mails.kind
      )
      """;

  /**
   * As {@link #QUEUED}, for notices. Those of a kind have the back-off of {@link MailBackOff} for
   * each address; meanwhile none is queued.
   */
  public static final String NOTICED =
      COUNTED + "WHERE NOT :mail.limited OR " + MailBackOff.OVER + WHERE_COUNTED;

  /**
   * As {@link #NOTICED}, for notices that somebody else can cause at will: one a day and address,
   * over all replicas. The rows of {@code noticed} are those that are queued.
   */
  public static final String NOTICED_ONCE_A_DAY =
      COUNTED + "WHERE " + MailBackOff.A_DAY_OVER + WHERE_COUNTED;

  /** A fragment: the further columns of {@code mails} for a notice without parameters. */
  public static final String NOTICE =
      """
              CAST('{}' AS jsonb) AS parameters, CAST(NULL AS uuid) AS request_id,
              CAST(NULL AS text) AS key_id, INTERVAL '1 day' AS lifetime
      """;

  /**
   * Has a value for every field, because a statement is prepared for the types of its arguments.
   */
  public static final MailOutbox EXAMPLE = new MailOutbox(false, false, "example", false);

  /** Returns the outbox for a statement of the current request. */
  static MailOutbox current(boolean on, boolean limited) {
    SpanContext span = Span.current().getSpanContext();
    return new MailOutbox(
        on,
        limited,
        span.isValid()
            ? "00-%s-%s-%s"
                .formatted(span.getTraceId(), span.getSpanId(), span.getTraceFlags().asHex())
            : null,
        false);
  }

  /** Returns the outbox for mails whose links lead to the Supabase form of the API. */
  public MailOutbox forSupabase() {
    return new MailOutbox(on, limited, traceparent, true);
  }

  /** Returns an outbox that queues nothing: the same statement then has no mail. */
  public MailOutbox off() {
    return new MailOutbox(false, limited, traceparent, supabase);
  }
}
