package dev.warmgate.webhook;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/**
 * From audit events to deliveries, and from deliveries to those that are over. The audit trail is
 * read in the order in which its transactions are decided, as revocations are: all before the
 * oldest one that still runs are, so none that commits late is missed and none is read twice.
 */
public interface OutboxDao {
  /** A delivery that is this process's to make until its lease ends. */
  record Claimed(
      UUID id,
      int attempts,
      UUID webhookId,
      String url,
      byte[] encryptedSecret,
      String encryptionKeyId,
      String event,
      Instant occurredAt,
      @Nullable UUID accountId,
      @Nullable UUID sessionId,
      String details) {}

  /** Whether there may be anything to do for {@link #fanOut}; so nothing is written in vain. */
  @SqlQuery(
      """
      SELECT EXISTS (SELECT FROM webhook WHERE deleted_at IS NULL)
        AND EXISTS (
          SELECT FROM webhook_horizon AS horizon JOIN audit_event AS event
            ON event.xid >= horizon.xid AND (event.xid > horizon.xid OR event.id > horizon.id)
              AND event.xid < pg_snapshot_xmax(pg_current_snapshot()))
      """)
  boolean anythingNew();

  /**
   * Makes deliveries of the next events. Of replicas that do so at once, one does.
   *
   * @param kinds which there are to tell, separated by spaces
   * @param limit how many events to read
   * @return whether there were so many
   */
  @SqlQuery(
      """
      WITH reader AS (
        SELECT xid, id, pg_snapshot_xmin(pg_current_snapshot()) AS decided
        FROM webhook_horizon
        FOR UPDATE SKIP LOCKED
      ), batch AS (
        SELECT event.xid, event.id, event.event, event.occurred_at
        FROM reader JOIN audit_event AS event
          ON event.xid >= reader.xid AND (event.xid > reader.xid OR event.id > reader.id)
            AND event.xid < decided
        ORDER BY event.xid, event.id
        LIMIT :limit
      ), told AS (
        INSERT INTO webhook_delivery (webhook_id, event_id, occurred_at)
        SELECT webhook.id, batch.id, batch.occurred_at
        FROM batch
          JOIN webhook ON webhook.deleted_at IS NULL AND batch.occurred_at >= webhook.created_at
            AND (webhook.events IS NULL OR batch.event = ANY (webhook.events))
        WHERE batch.event = ANY (string_to_array(:kinds, ' '))
        ON CONFLICT DO NOTHING
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
  boolean fanOut(String kinds, int limit);

  /**
   * For a database that was restored from a dump and counts its transactions anew. Going back is
   * harmless: a delivery is made once for each webhook and event.
   */
  @SqlUpdate(
      """
      UPDATE webhook_horizon SET xid = pg_snapshot_xmin(pg_current_snapshot()), id = 0
      WHERE xid > pg_snapshot_xmax(pg_current_snapshot())
      """)
  int resetHorizonAfterRestore();

  /**
   * Takes what is due, for each webhook some; the attempt counts from now on, whatever comes of it.
   *
   * @param perWebhook how many calls a webhook may have at a time
   * @param calls the webhooks of the calls under way, separated by spaces
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
        WHERE webhook.deleted_at IS NULL
      ), claimed AS (
        UPDATE webhook_delivery
        SET attempts = attempts + 1, next_attempt_at = now() + :leaseMillis * INTERVAL '1 ms'
        FROM due
        WHERE webhook_delivery.id = due.id AND webhook_delivery.occurred_at = due.occurred_at
        RETURNING webhook_delivery.id, webhook_id, event_id, webhook_delivery.occurred_at, attempts
      )
      SELECT claimed.id, claimed.attempts, claimed.webhook_id, webhook.url,
        webhook.encrypted_secret, webhook.encryption_key_id, event.event, event.occurred_at,
        event.account_id, event.session_id, CAST(event.details AS text) AS details
      FROM claimed
        JOIN webhook ON webhook.id = claimed.webhook_id
        JOIN audit_event AS event
          ON event.id = claimed.event_id AND event.occurred_at = claimed.occurred_at
      """)
  @RegisterConstructorMapper(Claimed.class)
  List<Claimed> claim(String calls, int perWebhook, long leaseMillis);

  /** These three change nothing if the lease has ended and somebody else has it. */
  @SqlUpdate(
      """
      UPDATE webhook_delivery
      SET delivered_at = now(), next_attempt_at = NULL, last_error = NULL
      WHERE id = :id AND attempts = :attempts
      """)
  int delivered(UUID id, int attempts);

  @SqlUpdate(
      """
      UPDATE webhook_delivery
      SET next_attempt_at = now() + :delayMillis * INTERVAL '1 ms', last_error = :error
      WHERE id = :id AND attempts = :attempts
      """)
  int failed(UUID id, int attempts, long delayMillis, String error);

  @SqlUpdate(
      """
      UPDATE webhook_delivery
      SET dead_at = now(), next_attempt_at = NULL, last_error = :error
      WHERE id = :id AND attempts = :attempts
      """)
  int givenUp(UUID id, int attempts, String error);
}
