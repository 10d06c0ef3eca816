package dev.warmgate.revocation;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/**
 * Reads revocations in the order in which they become visible. A row may be committed after one
 * with a higher id was read, so readers remember not an id but the horizon: the oldest transaction
 * that was still running. All transactions before the horizon are decided, so every row that was
 * invisible then belongs to a transaction at or after it.
 */
public interface RevocationDao {
  /**
   * A fragment for statements that end all sessions of an account. It revokes the accounts of the
   * common table expression {@code emptied(account_id, opened_until, spared_session, reason,
   * erase)} with one row each, however many sessions they have, and leaves the session rows to
   * {@link SessionEndingDao}.
   */
  String OF_ALL_SESSIONS =
      """
      , revoked AS (
        INSERT INTO revocation (kind, ref, opened_until, spared_session)
        SELECT 'account', account_id, opened_until, spared_session FROM emptied
      ), to_be_ended AS (
        INSERT INTO session_ending (account_id, opened_until, spared_session, reason, erase)
        SELECT account_id, opened_until, spared_session, reason, erase FROM emptied
      )
      """;

  /**
   * A fragment that sets the end of all sessions of the updated account to the current time. In
   * case the clock was set back, it is never before an earlier end or before an existing session.
   */
  String END_ALL_SESSIONS =
      """
        sessions_ended_at = GREATEST(clock_timestamp(),
          account.sessions_ended_at + INTERVAL '1 microsecond',
          (SELECT max(created_at) FROM session
            WHERE session.account_id = account.id AND session.ended_at IS NULL))
      """;

  /**
   * A fragment that selects one event per {@code emptied} account for the audit trail and webhooks.
   */
  String ALL_SESSIONS_ENDED =
      """
        SELECT 'sessions.ended' AS event, account_id, CAST(NULL AS uuid) AS session_id,
          jsonb_strip_nulls(
            jsonb_build_object('reason', reason, 'spared_session_id', spared_session)) AS details
        FROM emptied
      """;

  /**
   * A revocation, or only the horizon if there is none. Every row has the same horizon.
   *
   * @param horizon where the next read must start
   * @param openedUntil for an account: sessions that were opened up to this time have ended, except
   *     the spared one
   */
  record Row(
      long horizon,
      @Nullable Long id,
      @Nullable String kind,
      @Nullable String ref,
      @Nullable Instant openedUntil,
      @Nullable UUID sparedSession) {}

  /** Returns all revocations younger than the given age, for the first read. */
  @SqlQuery(
      """
      SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) AS horizon,
        id, kind, ref, opened_until, spared_session
      FROM (VALUES (1)) AS always
        LEFT JOIN revocation ON created_at > now() - :seconds * INTERVAL '1 s'
      """)
  List<Row> youngerThan(long seconds);

  /**
   * Returns the revocations that became visible since the read that returned the horizon, and
   * possibly some older ones. Those of a dump may have transaction ids that this cluster has not
   * reached yet; the first read has found them.
   */
  @SqlQuery(
      """
      SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) AS horizon,
        id, kind, ref, opened_until, spared_session
      FROM (VALUES (1)) AS always
        LEFT JOIN revocation ON xid >= CAST(CAST(:horizon AS text) AS xid8)
          AND xid < pg_snapshot_xmax(pg_current_snapshot())
      """)
  List<Row> since(long horizon);
}
