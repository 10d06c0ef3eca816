package dev.warmgate.webhook;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/**
 * Creates deliveries from audit events and tracks their attempts. It reads the audit trail only up
 * to the oldest running transaction, where all transactions are decided, so it neither misses an
 * event that commits late nor reads one twice.
 */
public interface OutboxDao extends RestoreDao {
  /**
   * A part of a statement that makes the deliveries of the events in {@code batch}. Which kinds of
   * events are told is in the database, since while releases run side by side, the older one tells
   * the newer one's as well.
   */
  String TELL =
      """
        INSERT INTO webhook_delivery (webhook_id, event_id, occurred_at)
        SELECT webhook.id, batch.id, batch.occurred_at
        FROM batch
          JOIN webhook ON webhook.deleted_at IS NULL AND webhook.ended_at IS NULL
            AND batch.occurred_at >= webhook.created_at
            AND (webhook.events IS NULL OR batch.event = ANY (webhook.events))
          JOIN webhook_kind ON webhook_kind.name = batch.event
        ON CONFLICT DO NOTHING
      """;

  /**
   * A delivery that this process has claimed until its lease ends.
   *
   * @param previousSecret while it is still valid, with {@code previousKeyId}
   */
  record Claimed(
      UUID id,
      int attempts,
      UUID webhookId,
      String url,
      byte[] encryptedSecret,
      String encryptionKeyId,
      byte @Nullable [] previousSecret,
      @Nullable String previousKeyId,
      String event,
      Instant occurredAt,
      @Nullable UUID accountId,
      @Nullable UUID sessionId,
      String details) {}

  /** Returns whether {@link #fanOut} may have work; avoids needless writes. */
  @SqlQuery(
      """
      SELECT EXISTS (SELECT FROM webhook WHERE deleted_at IS NULL)
        AND EXISTS (
          SELECT FROM webhook_horizon AS horizon JOIN audit_event AS event
            ON event.xid >= horizon.xid AND (event.xid > horizon.xid OR event.id > horizon.id)
              AND event.xid < pg_snapshot_xmax(pg_current_snapshot())
              AND event.id > horizon.restored_id)
      """)
  boolean anythingNew();

  /**
   * Creates deliveries for the next events; of concurrent replicas, one does the work.
   *
   * @param limit maximum number of events to read
   * @return whether the limit was reached
   */
  @SqlQuery(
      """
      WITH reader AS (
        SELECT xid, id, restored_id, pg_snapshot_xmin(pg_current_snapshot()) AS decided
        FROM webhook_horizon
        FOR UPDATE SKIP LOCKED
      ), batch AS (
        SELECT event.xid, event.id, event.event, event.occurred_at
        FROM reader JOIN audit_event AS event
          ON event.xid >= reader.xid AND (event.xid > reader.xid OR event.id > reader.id)
            AND event.xid < decided AND event.id > reader.restored_id
        ORDER BY event.xid, event.id
        LIMIT :limit
      ), told AS (
      """
          + TELL
          + """
          ), reached AS (
            (SELECT xid, id FROM batch ORDER BY xid, id OFFSET (:limit - 1))
            UNION ALL
            (SELECT decided, 0 FROM reader
              WHERE decided > xid AND (SELECT count(*) FROM batch) < :limit)
          ), moved AS (
            UPDATE webhook_horizon SET xid = reached.xid, id = reached.id FROM reached
          )
          SELECT count(*) = :limit FROM batch
          """)
  boolean fanOut(int limit);

  /**
   * Claims due deliveries, a limited number per webhook and none of a webhook whose receiver asked
   * for a pause. The attempt counts immediately, whatever its result.
   *
   * @param perWebhook maximum concurrent calls of a webhook
   * @param calls the webhook id of each running call, separated by spaces
   */
  @SqlQuery(
      """
      WITH due AS (
        SELECT delivery.id, delivery.occurred_at
        FROM webhook CROSS JOIN LATERAL (
          SELECT count(*) AS calls
          FROM unnest(CAST(string_to_array(:calls, ' ') AS uuid[])) AS called
          WHERE called = webhook.id
        ) AS busy CROSS JOIN LATERAL (
          SELECT id, occurred_at FROM webhook_delivery
          WHERE webhook_id = webhook.id AND next_attempt_at <= now()
          ORDER BY next_attempt_at
          LIMIT GREATEST(0, :perWebhook - busy.calls)
          FOR UPDATE SKIP LOCKED
        ) AS delivery
        WHERE webhook.deleted_at IS NULL AND webhook.ended_at IS NULL
          AND (webhook.paused_until IS NULL OR webhook.paused_until <= now())
      ), claimed AS (
        UPDATE webhook_delivery
        SET attempts = attempts + 1, next_attempt_at = now() + :leaseMillis * INTERVAL '1 ms'
        FROM due
        WHERE webhook_delivery.id = due.id AND webhook_delivery.occurred_at = due.occurred_at
        RETURNING webhook_delivery.id, webhook_id, event_id, webhook_delivery.occurred_at, attempts
      )
      SELECT claimed.id, claimed.attempts, claimed.webhook_id, webhook.url,
        webhook.encrypted_secret, webhook.encryption_key_id,
        CASE WHEN webhook.previous_until > now() THEN webhook.previous_secret END
          AS previous_secret,
        webhook.previous_key_id, event.event, event.occurred_at,
        event.account_id, event.session_id, CAST(event.details AS text) AS details
      FROM claimed
        JOIN webhook ON webhook.id = claimed.webhook_id
        JOIN audit_event AS event
          ON event.id = claimed.event_id AND event.occurred_at = claimed.occurred_at
      """)
  List<Claimed> claim(String calls, int perWebhook, long leaseMillis);

  /**
   * This and the next three methods change nothing if the lease ended and another process has
   * claimed the delivery. A delivery that was given up meanwhile counts as delivered if it was.
   */
  @SqlUpdate(
      """
      UPDATE webhook_delivery
      SET delivered_at = now(), dead_at = NULL, next_attempt_at = NULL, last_error = NULL
      WHERE id = :id AND occurred_at = :occurredAt AND attempts = :attempts
      """)
  int delivered(UUID id, Instant occurredAt, int attempts);

  @SqlUpdate(
      """
      UPDATE webhook_delivery
      SET next_attempt_at = now() + :delayMillis * INTERVAL '1 ms', last_error = :error
      WHERE id = :id AND occurred_at = :occurredAt AND attempts = :attempts
        AND next_attempt_at IS NOT NULL
      """)
  int failed(UUID id, Instant occurredAt, int attempts, long delayMillis, String error);

  @SqlUpdate(
      """
      UPDATE webhook_delivery
      SET dead_at = now(), next_attempt_at = NULL, last_error = :error
      WHERE id = :id AND occurred_at = :occurredAt AND attempts = :attempts
      """)
  int givenUp(UUID id, Instant occurredAt, int attempts, String error);

  /** Takes a claim back, as if the attempt had never been made. */
  @SqlUpdate(
      """
      UPDATE webhook_delivery
      SET attempts = attempts - 1, next_attempt_at = now()
      WHERE id = :id AND occurred_at = :occurredAt AND attempts = :attempts
        AND next_attempt_at IS NOT NULL
      """)
  int release(UUID id, Instant occurredAt, int attempts);

  /** Sends nothing to the webhook for a while, unless its URL has changed. */
  @SqlUpdate(
      """
      UPDATE webhook
      SET paused_until = GREATEST(paused_until, now() + :millis * INTERVAL '1 ms')
      WHERE id = :id AND url = :url
      """)
  int pause(UUID id, String url, long millis);

  /**
   * Ends a webhook whose receiver wants no more; returns nothing if it has ended already, or its
   * URL has changed.
   */
  @SqlQuery(
      """
      WITH ended AS (
        UPDATE webhook SET ended_at = now()
        WHERE id = :id AND url = :url AND ended_at IS NULL AND deleted_at IS NULL
        RETURNING id
      ), happened AS (
        SELECT 'webhook.ended' AS event, CAST(NULL AS uuid) AS account_id,
          CAST(NULL AS uuid) AS session_id, jsonb_build_object('webhook_id', id) AS details
        FROM ended
      )
      """
          + AuditDao.RECORDED)
  List<AuditRecord> end(UUID id, String url, @BindMethods("origin") AuditContext origin);

  /** Gives up at most {@code limit} pending deliveries of ended webhooks; returns their number. */
  @SqlUpdate(
      """
      UPDATE webhook_delivery
      SET dead_at = now(), next_attempt_at = NULL,
        last_error = COALESCE(last_error, 'the webhook has ended')
      WHERE (id, occurred_at) IN (
        SELECT delivery.id, delivery.occurred_at
        FROM webhook JOIN webhook_delivery AS delivery ON delivery.webhook_id = webhook.id
        WHERE webhook.ended_at IS NOT NULL AND delivery.next_attempt_at IS NOT NULL
        LIMIT :limit
        FOR UPDATE OF delivery SKIP LOCKED)
      """)
  int giveUpEnded(int limit);
}
