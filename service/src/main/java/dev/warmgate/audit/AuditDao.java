package dev.warmgate.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.transaction.Transaction;
import org.jspecify.annotations.Nullable;

/** Appends to the audit trail and reads it. */
public interface AuditDao {
  /**
   * Ends every statement that changes something. It inserts the rows of the common table expression
   * {@code happened(event, account_id, session_id, details)} with {@code @BindMethods("origin")
   * AuditContext} as their context, and returns them as {@link AuditRecord}s. No row means that
   * nothing changed.
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
   * Reads one page, newest first. The order is that of time, since ids cannot find a past time: all
   * newer events would be read first.
   *
   * @param time of the last event on the previous page, with {@code query.before}
   */
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
  @RegisterConstructorMapper(Row.class)
  List<Row> page(@BindMethods AuditQuery query, Instant time);
}
