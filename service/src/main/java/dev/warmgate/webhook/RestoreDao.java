package dev.warmgate.webhook;

import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/**
 * Lets webhooks go on after the database was restored from a dump: no event is told twice, and none
 * is forgotten.
 */
public interface RestoreDao {
  /**
   * Begins anew if the database was restored from a dump into a cluster whose transaction ids are
   * behind the dump's: no transaction has made a row that it can see and the next one will. The
   * dump's events that are still to be told become deliveries now, where there are partitions for
   * them; later their transaction ids would be taken for new ones. So do the events that were made
   * since the restore, as by a command: the row of such an event was written by the transaction
   * that the event names, and that of the dump's by the restore.
   *
   * @return 1 if the horizon was reset
   */
  @Transaction
  default int resetHorizonAfterRestore() {
    String _ = planForFewRows();
    return resetHorizon();
  }

  /** Otherwise PostgreSQL expects to read most events, and compiles a plan for that for seconds. */
  @SqlQuery("SELECT set_config('jit', 'off', true) || set_config('enable_seqscan', 'off', true)")
  String planForFewRows();

  /** The statement of {@link #resetHorizonAfterRestore}. */
  @SqlUpdate(
      """
      WITH restored AS (
        SELECT horizon.xid, horizon.id, horizon.restored_id,
          pg_snapshot_xmin(pg_current_snapshot()) AS decided
        FROM webhook_horizon AS horizon
          LEFT JOIN LATERAL (
            SELECT id, xid FROM audit_event ORDER BY id DESC LIMIT 1) AS newest ON true
          LEFT JOIN LATERAL (
            SELECT id, xid FROM audit_event ORDER BY xid DESC, id DESC LIMIT 1) AS highest ON true
        WHERE horizon.xid > pg_snapshot_xmax(pg_current_snapshot())
          OR newest.xid >= pg_snapshot_xmax(pg_current_snapshot())
            AND newest.id > horizon.restored_id
          OR highest.xid >= pg_snapshot_xmax(pg_current_snapshot())
            AND highest.id > horizon.restored_id
        LIMIT 1
        FOR UPDATE OF horizon
      ), dump AS (
        SELECT COALESCE(newest.id, restored.restored_id) AS newest
        FROM restored LEFT JOIN LATERAL (
          SELECT id FROM audit_event AS event
          WHERE event.id > restored.restored_id AND event.xid >= restored.decided
            AND event.xmin <> CAST(event.xid AS xid)
          ORDER BY id DESC LIMIT 1) AS newest ON true
      ), untold AS (
        SELECT event.id, event.event, event.occurred_at
        FROM restored JOIN audit_event AS event
          ON event.xid >= restored.xid AND (event.xid > restored.xid OR event.id > restored.id)
            AND event.id > restored.restored_id
        UNION
        SELECT event.id, event.event, event.occurred_at
        FROM restored CROSS JOIN dump JOIN audit_event AS event
          ON event.id > dump.newest AND event.xid < restored.decided
            AND event.xmin = CAST(event.xid AS xid)
      ), batch AS (
        SELECT untold.id, untold.event, untold.occurred_at
        FROM untold JOIN time_partition AS day
          ON day.table_name = 'webhook_delivery'
            AND untold.occurred_at >= day.begins AND untold.occurred_at < day.ends
      ), told AS (
      """
          + OutboxDao.TELL
          + """
          )
          UPDATE webhook_horizon SET xid = restored.decided, id = 0, restored_id = dump.newest
          FROM restored CROSS JOIN dump
          """)
  int resetHorizon();
}
