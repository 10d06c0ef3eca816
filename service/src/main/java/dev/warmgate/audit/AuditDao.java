package dev.warmgate.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;
import org.jspecify.annotations.Nullable;

/** Appends to the audit trail and reads it. */
public interface AuditDao {
  /** As {@link #RECORDED}, for a statement that returns rows of its own. */
  String RECORD =
      """
      , recorded AS (
        INSERT INTO audit_event (event, account_id, session_id, details,
          actor, client_address, request_id, trace_id)
        SELECT event, account_id, session_id, details,
          :origin.actor, :origin.clientAddress, :origin.requestId, :origin.traceId
        FROM happened
        WHERE :origin.kept
      )
      """;

  /**
   * Ends every statement that changes something. It inserts the rows of the common table expression
   * {@code happened(event, account_id, session_id, details)} with {@code @BindMethods("origin")
   * AuditContext} as their context, and returns them as {@link AuditRecord}s. No row means that
   * nothing changed.
   */
  String RECORDED =
      RECORD
          + """
          SELECT event, account_id, session_id, CAST(details AS text) AS details FROM happened
          """;

  /** A row of the audit trail. */
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

  /**
   * Records events that changed nothing else, all or none. Limits their times to the last hour, so
   * that a wrong clock cannot ask for a time without a partition.
   */
  @Transaction
  @SqlBatch(
      """
      INSERT INTO audit_event (occurred_at, event, account_id, session_id, details,
        actor, client_address, request_id, trace_id)
      VALUES (GREATEST(LEAST(:occurredAt, now()), now() - INTERVAL '1 h'), :happened.event,
        COALESCE(CAST(:happened.accountId AS uuid),
          (SELECT id FROM account WHERE email_key = CAST(:emailKey AS text))),
        CAST(:happened.sessionId AS uuid),
        CAST(:happened.details AS jsonb),
        :origin.actor, :origin.clientAddress, :origin.requestId, :origin.traceId)
      """)
  void insert(@BindMethods List<RefusalWriter.Refusal> refusals);

  /** Returns when the event happened, or the one before it if it is gone. */
  @SqlQuery("SELECT occurred_at FROM audit_event WHERE id <= :id ORDER BY id DESC LIMIT 1")
  Optional<Instant> timeOf(long id);

  /**
   * Reads one page, newest first. The order is that of time, in which an index finds a past time or
   * a rare event.
   *
   * @param time of the last event on the previous page, with {@code query.before}
   */
  @Transaction
  default List<Row> page(AuditQuery query, Instant time) {
    planForValues();
    return read(query, time);
  }

  /**
   * Plans the next statement of the transaction for its values. A plan for any values could use
   * neither the index of the account nor that of the event, since both filters are optional.
   */
  @SqlUpdate("SET LOCAL plan_cache_mode = force_custom_plan")
  void planForValues();

  /** Reads the page for {@link #page}. */
  @SqlQuery(
      """
      SELECT id, occurred_at, event, actor, account_id, session_id, client_address, request_id,
        trace_id, CAST(details AS text) AS details
      FROM audit_event
      WHERE occurred_at <= :time AND (occurred_at, id) < (:time, :before)
        AND (CAST(:accountId AS uuid) IS NULL OR account_id = CAST(:accountId AS uuid))
        AND (CAST(:event AS text) IS NULL OR event = CAST(:event AS text))
        AND occurred_at >= :since AND occurred_at < :until
      ORDER BY occurred_at DESC, id DESC
      LIMIT :limit
      """)
  List<Row> read(@BindMethods AuditQuery query, Instant time);
}
