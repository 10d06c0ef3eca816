package dev.warmgate.audit;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;
import org.jspecify.annotations.Nullable;

/** The trail as a table that only grows. */
public interface AuditDao {
  /**
   * The end of every statement that changes something: its common table expression {@code
   * happened(event, account_id, session_id, details)} is written down as done by
   * {@code @BindMethods("origin") AuditContext} and returned as {@link AuditRecord}. No row means
   * that nothing was done.
   */
  String RECORDED =
      """
      , recorded AS (
        INSERT INTO audit_event (event, account_id, session_id, details,
          actor, client_address, request_id, trace_id)
        SELECT event, account_id, session_id, details,
          :origin.actor, :origin.clientAddress, :origin.requestId, :origin.traceId
        FROM happened
        WHERE :origin.kept
      )
      SELECT event, account_id, session_id, CAST(details AS text) AS details FROM happened
      """;

  /** A row as an admin sees it. */
  record Row(
      long id,
      Instant occurredAt,
      String event,
      String actor,
      @Nullable UUID accountId,
      @Nullable UUID sessionId,
      @Nullable String clientAddress,
      @Nullable String requestId,
      @Nullable String traceId,
      String details) {}

  /** Writes down what changed nothing else, all or nothing. */
  @Transaction
  @SqlBatch(
      """
      INSERT INTO audit_event (occurred_at, event, account_id, session_id, details,
        actor, client_address, request_id, trace_id)
      VALUES (:occurredAt, :happened.event,
        COALESCE(CAST(:happened.accountId AS uuid),
          (SELECT id FROM account WHERE email_key = CAST(:emailKey AS text))),
        CAST(:happened.sessionId AS uuid),
        CAST(:happened.details AS jsonb),
        :origin.actor, :origin.clientAddress, :origin.requestId, :origin.traceId)
      """)
  void insert(@BindMethods List<RefusalWriter.Refusal> refusals);

  /** The newest first. */
  @SqlQuery(
      """
      SELECT id, occurred_at, event, actor, account_id, session_id, client_address, request_id,
        trace_id, CAST(details AS text) AS details
      FROM audit_event
      WHERE id < :before
        AND (CAST(:accountId AS uuid) IS NULL OR account_id = CAST(:accountId AS uuid))
        AND (CAST(:event AS text) IS NULL OR event = CAST(:event AS text))
        AND occurred_at >= :since AND occurred_at < :until
      ORDER BY id DESC
      LIMIT :limit
      """)
  @RegisterConstructorMapper(Row.class)
  List<Row> page(@BindMethods AuditQuery query);

  /** Deletes some of what is older than that and told to every webhook; returns how many. */
  @Transaction
  default int purge(long seconds, int limit) {
    sayThatItPurges();
    return deleteOlder(seconds, limit);
  }

  /** Until the transaction ends; the table's trigger asks for it. */
  @SqlQuery("SELECT set_config('warmgate.purges_audit', 'yes', true)")
  String sayThatItPurges();

  @SqlUpdate(
      """
      DELETE FROM audit_event
      WHERE id IN (
        SELECT id FROM audit_event
        WHERE occurred_at < now() - :seconds * INTERVAL '1 s'
          AND NOT EXISTS (
            SELECT FROM webhook JOIN webhook_delivery AS delivery
              ON delivery.webhook_id = webhook.id AND delivery.event_id = audit_event.id
            WHERE delivery.next_attempt_at IS NOT NULL)
        ORDER BY occurred_at
        LIMIT :limit
        FOR UPDATE SKIP LOCKED)
      """)
  int deleteOlder(long seconds, int limit);
}
