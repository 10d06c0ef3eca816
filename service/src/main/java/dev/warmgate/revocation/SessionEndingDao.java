package dev.warmgate.revocation;

import org.jdbi.v3.sqlobject.statement.SqlQuery;

/**
 * Catches up with {@link RevocationDao#OF_ALL_SESSIONS}: ends the rows of sessions that are over
 * already, or deletes those of deleted accounts. Nobody is told once more.
 */
public interface SessionEndingDao {
  /**
   * Does some of what is left; of replicas that do so at once, each does another part.
   *
   * @return how much was done; less than the limit if nothing is left
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
        SELECT session.id, ending.id AS ending_id, opened_until, reason, erase
        FROM ending JOIN session ON session.account_id = ending.account_id
        WHERE (session.ended_at IS NULL OR erase) AND session.created_at <= opened_until
          AND session.id IS DISTINCT FROM ending.spared_session
        ORDER BY ending.id
        LIMIT :limit
      ), ended AS (
        UPDATE session SET ended_at = opened_until, end_reason = reason
        FROM over
        WHERE session.id = over.id AND session.ended_at IS NULL AND NOT erase
      ), erased AS (
        DELETE FROM session USING over WHERE session.id = over.id AND erase
      ), done AS (
        DELETE FROM session_ending
        WHERE id IN (
          SELECT id FROM ending
          WHERE (SELECT count(*) FROM over) < :limit OR id < (SELECT max(ending_id) FROM over))
      )
      SELECT GREATEST((SELECT count(*) FROM over), (SELECT count(*) FROM ending))
      """)
  int endSome(int limit);
}
