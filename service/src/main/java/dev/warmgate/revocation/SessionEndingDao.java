package dev.warmgate.revocation;

import org.jdbi.v3.sqlobject.statement.SqlQuery;

/**
 * Completes {@link RevocationDao#OF_ALL_SESSIONS} in the background: marks the rows of revoked
 * sessions as ended, or deletes those of deleted accounts. It publishes no further events.
 */
public interface SessionEndingDao {
  /**
   * Processes one batch; concurrent replicas process different batches. Each branch uses its own
   * index, so the cost of a batch does not depend on the number of sessions.
   *
   * @return the size of the batch; less than the limit if nothing is left
   */
  @SqlQuery(
      """
      WITH ending AS (
        SELECT id, account_id, opened_until, spared_session, reason, erase
        FROM session_ending
        ORDER BY id
        LIMIT :limit
        FOR UPDATE SKIP LOCKED
      ), over AS (
        SELECT doomed.id, opened_until, reason, erase
        FROM ending CROSS JOIN LATERAL (
          (SELECT id FROM session
            WHERE NOT ending.erase AND account_id = ending.account_id AND ended_at IS NULL
              AND created_at <= ending.opened_until
              AND id IS DISTINCT FROM ending.spared_session
            LIMIT :limit)
          UNION ALL
          (SELECT id FROM session
            WHERE ending.erase AND account_id = ending.account_id
              AND created_at <= ending.opened_until
            LIMIT :limit)
        ) AS doomed
        LIMIT :limit
      ), ended AS (
        UPDATE session SET ended_at = opened_until, end_reason = reason
        FROM over
        WHERE session.id = over.id AND session.ended_at IS NULL AND NOT erase
      ), erased AS (
        DELETE FROM session USING over WHERE session.id = over.id AND erase
      ), done AS (
        DELETE FROM session_ending
        WHERE id IN (SELECT id FROM ending) AND (SELECT count(*) FROM over) < :limit
      )
      SELECT GREATEST((SELECT count(*) FROM over), (SELECT count(*) FROM ending))
      """)
  int endSome(int limit);
}
