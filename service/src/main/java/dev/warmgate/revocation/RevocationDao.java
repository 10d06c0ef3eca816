package dev.warmgate.revocation;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/**
 * Reads revocations in the order in which they become visible. A row with a lower id may be
 * committed after one with a higher id was read, so it is not ids that are remembered but the
 * horizon: the oldest transaction that was still running. All before it are decided; whatever was
 * invisible then has a transaction at or after it.
 */
public interface RevocationDao {
  /**
   * The part of a statement that ends all sessions of an account, however many there are: its
   * common table expression {@code emptied(account_id, opened_until, spared_session, reason,
   * erase)} is revoked as one, and its sessions' rows are left to {@link SessionEndingDao}.
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
   * Sets the end of all sessions of an account that is being updated: now, but never before an
   * earlier end or before a session that there is, should the clock have been set back.
   */
  String END_ALL_SESSIONS =
      """
        sessions_ended_at = GREATEST(clock_timestamp(),
          account.sessions_ended_at + INTERVAL '1 microsecond',
          (SELECT max(created_at) FROM session
            WHERE session.account_id = account.id AND session.ended_at IS NULL))
      """;

  /** What the audit trail and the webhooks are told of the {@code emptied} accounts: one event. */
  String ALL_SESSIONS_ENDED =
      """
        SELECT 'sessions.ended' AS event, account_id, CAST(NULL AS uuid) AS session_id,
          jsonb_strip_nulls(
            jsonb_build_object('reason', reason, 'spared_session_id', spared_session)) AS details
        FROM emptied
      """;

  /**
   * A revocation, or only the horizon if there is none to tell; the same horizon in every row.
   *
   * @param horizon where the next reading must begin
   * @param openedUntil of an account: its sessions that were opened until then are over, but for
   *     the spared one
   */
  record Row(
      long horizon,
      @Nullable Long id,
      @Nullable String kind,
      @Nullable String ref,
      @Nullable Instant openedUntil,
      @Nullable UUID sparedSession) {}

  /** What is younger than that, for whoever knows nothing yet. */
  @SqlQuery(
      """
      SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) AS horizon,
        id, kind, ref, opened_until, spared_session
      FROM (VALUES (1)) AS always
        LEFT JOIN revocation ON created_at > now() - :seconds * INTERVAL '1 s'
      """)
  @RegisterConstructorMapper(Row.class)
  List<Row> youngerThan(long seconds);

  /** What has become visible since the reading that gave that horizon, and some of what was. */
  @SqlQuery(
      """
      SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) AS horizon,
        id, kind, ref, opened_until, spared_session
      FROM (VALUES (1)) AS always
        LEFT JOIN revocation ON xid >= CAST(CAST(:horizon AS text) AS xid8)
      """)
  @RegisterConstructorMapper(Row.class)
  List<Row> since(long horizon);
}
