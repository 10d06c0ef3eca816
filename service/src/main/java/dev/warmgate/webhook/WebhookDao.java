package dev.warmgate.webhook;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** The webhooks and the state of their deliveries. */
public interface WebhookDao {
  /** Selects {@link Row}s; a condition or an order may follow. */
  String ROWS =
      """
      SELECT id, url, array_to_string(events, ' ') AS events, created_at, ended_at,
        CASE WHEN previous_until > now() THEN previous_until END AS previous_until,
        CASE WHEN paused_until > now() THEN paused_until END AS paused_until
      FROM webhook
      WHERE deleted_at IS NULL
      """;

  /**
   * A webhook without its secrets; its events are separated by spaces, or {@code null} for all.
   *
   * @param previousUntil when the previous secret becomes invalid
   */
  record Row(
      UUID id,
      String url,
      @Nullable String events,
      Instant createdAt,
      @Nullable Instant previousUntil,
      @Nullable Instant pausedUntil,
      @Nullable Instant endedAt) {}

  /** The state of a delivery. */
  record Delivery(
      UUID id,
      long eventId,
      String event,
      Instant occurredAt,
      int attempts,
      @Nullable Instant nextAttemptAt,
      @Nullable Instant deliveredAt,
      @Nullable Instant deadAt,
      @Nullable String lastError) {}

  /**
   * Creates a webhook; returns no records if there are {@code most} already. The first webhook
   * moves the horizon up, so that the whole past need not be searched for its events.
   */
  @SqlQuery(
      """
      WITH created AS (
        INSERT INTO webhook (id, url, events, encrypted_secret, encryption_key_id)
        SELECT :id, :url, string_to_array(CAST(:events AS text), ' '), :encryptedSecret,
          :encryptionKeyId
        WHERE (SELECT count(*) FROM webhook WHERE deleted_at IS NULL) < :most
        RETURNING id
      ), moved AS (
        UPDATE webhook_horizon SET xid = pg_snapshot_xmin(pg_current_snapshot()), id = 0
        WHERE NOT EXISTS (SELECT FROM webhook WHERE deleted_at IS NULL)
      ), happened AS (
        SELECT 'webhook.created' AS event, CAST(NULL AS uuid) AS account_id,
          CAST(NULL AS uuid) AS session_id, jsonb_build_object('webhook_id', id) AS details
        FROM created
      )
      """
          + AuditDao.RECORDED)
  List<AuditRecord> create(
      UUID id,
      String url,
      @Nullable String events,
      byte[] encryptedSecret,
      String encryptionKeyId,
      int most,
      @BindMethods("origin") AuditContext origin);

  @SqlQuery(ROWS + "ORDER BY created_at, id")
  List<Row> all();

  @SqlQuery(ROWS + "AND id = :id")
  Optional<Row> find(UUID id);

  /**
   * Changes what is not {@code null}; returns no records if there is no such webhook. With a URL,
   * the webhook begins again: a pause or an end was the receiver's at the URL before.
   *
   * @param events separated by spaces; {@code all} for all there are and will be
   */
  @SqlQuery(
      """
      WITH changed AS (
        UPDATE webhook
        SET url = COALESCE(CAST(:url AS text), url),
          events = CASE CAST(:events AS text)
            WHEN 'all' THEN NULL
            ELSE COALESCE(string_to_array(CAST(:events AS text), ' '), events)
          END,
          paused_until = CASE WHEN CAST(:url AS text) IS NULL THEN paused_until END,
          ended_at = CASE WHEN CAST(:url AS text) IS NULL THEN ended_at END
        WHERE id = :id AND deleted_at IS NULL
        RETURNING id
      ), happened AS (
        SELECT 'webhook.changed' AS event, CAST(NULL AS uuid) AS account_id,
          CAST(NULL AS uuid) AS session_id, jsonb_build_object('webhook_id', id) AS details
        FROM changed
      )
      """
          + AuditDao.RECORDED)
  List<AuditRecord> change(
      UUID id,
      @Nullable String url,
      @Nullable String events,
      @BindMethods("origin") AuditContext origin);

  /** Marks a webhook as deleted; returns no records if there is no such webhook. */
  @SqlQuery(
      """
      WITH deleted AS (
        UPDATE webhook SET deleted_at = now()
        WHERE id = :id AND deleted_at IS NULL
        RETURNING id
      ), happened AS (
        SELECT 'webhook.deleted' AS event, CAST(NULL AS uuid) AS account_id,
          CAST(NULL AS uuid) AS session_id, jsonb_build_object('webhook_id', id) AS details
        FROM deleted
      )
      """
          + AuditDao.RECORDED)
  List<AuditRecord> delete(UUID id, @BindMethods("origin") AuditContext origin);

  /**
   * Returns deliveries of a webhook, newest event first.
   *
   * @param state {@code pending}, {@code delivered} or {@code dead}; null for all
   * @param before the id of the event before which to start
   */
  @SqlQuery(
      """
      SELECT delivery.id, event_id, event.event, event.occurred_at, attempts, next_attempt_at, delivered_at,
        dead_at, last_error
      FROM webhook_delivery AS delivery JOIN audit_event AS event
        ON event.id = delivery.event_id AND event.occurred_at = delivery.occurred_at
      WHERE webhook_id = :webhookId AND event_id < :before
        AND CASE CAST(:state AS text)
          WHEN 'pending' THEN next_attempt_at IS NOT NULL
          WHEN 'delivered' THEN delivered_at IS NOT NULL
          WHEN 'dead' THEN dead_at IS NOT NULL
          ELSE true
        END
      ORDER BY event_id DESC
      LIMIT :limit
      """)
  List<Delivery> deliveries(UUID webhookId, @Nullable String state, long before, int limit);

  /**
   * Makes a delivery due now, as if it had never been attempted; returns 0 if it or its event does
   * not exist, or its webhook has ended.
   */
  @SqlUpdate(
      """
      UPDATE webhook_delivery
      SET attempts = 0, next_attempt_at = now(), delivered_at = NULL, dead_at = NULL,
        last_error = NULL
      WHERE id = :id AND webhook_id = :webhookId
        AND EXISTS (
          SELECT FROM audit_event AS event
          WHERE event.id = event_id AND event.occurred_at = webhook_delivery.occurred_at)
        AND EXISTS (SELECT FROM webhook WHERE webhook.id = :webhookId AND ended_at IS NULL)
      """)
  int retry(UUID webhookId, UUID id);

  /**
   * Deletes up to {@code limit} deliveries of deleted webhooks, and finally those webhooks; returns
   * the number of deliveries.
   */
  default int purge(int limit) {
    int deleted = purgeDeliveries(limit);
    if (deleted == 0) {
      purgeDeleted();
    }
    return deleted;
  }

  @SqlUpdate(
      """
      DELETE FROM webhook_delivery
      WHERE (id, occurred_at) IN (
        SELECT delivery.id, delivery.occurred_at
        FROM webhook JOIN webhook_delivery AS delivery ON delivery.webhook_id = webhook.id
        WHERE webhook.deleted_at IS NOT NULL
        LIMIT :limit
        FOR UPDATE OF delivery SKIP LOCKED)
      """)
  int purgeDeliveries(int limit);

  @SqlUpdate(
      """
      DELETE FROM webhook
      WHERE deleted_at < now() - INTERVAL '1 min'
        AND NOT EXISTS (SELECT FROM webhook_delivery WHERE webhook_id = webhook.id)
      """)
  int purgeDeleted();
}
