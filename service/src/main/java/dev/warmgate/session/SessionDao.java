package dev.warmgate.session;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.MailOutbox;
import dev.warmgate.revocation.RevocationDao;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** The sessions. All times come from the database, so that replicas with different clocks agree. */
public interface SessionDao {
  /** A fragment that revokes the {@code ended} sessions and selects their events. */
  String REVOKED =
      """
      , revoked AS (
        INSERT INTO revocation (kind, ref) SELECT 'session', id FROM ended
      ), happened AS (
        SELECT 'session.ended' AS event, account_id, id AS session_id,
          jsonb_build_object('reason', end_reason) AS details
        FROM ended
      )
      """;

  /** A session as its owner sees it. */
  record Listed(
      UUID id,
      Instant createdAt,
      Instant lastUsedAt,
      Instant expiresAt,
      @Nullable String userAgent) {}

  /**
   * Returns active sessions after a position, newest first.
   *
   * @param createdAt with {@code id}, the position: the last session of the page before
   */
  @SqlQuery(
      """
      SELECT id, created_at, rotated_at AS last_used_at, expires_at, user_agent
      FROM living_session
      WHERE account_id = :accountId AND (created_at, id) < (:createdAt, :id)
        AND created_at > (SELECT sessions_ended_at FROM account WHERE account.id = :accountId)
      UNION ALL
      SELECT living_session.id, living_session.created_at, rotated_at, expires_at, user_agent
      FROM account JOIN living_session ON living_session.id = spared_session
      WHERE account.id = :accountId AND living_session.created_at <= sessions_ended_at
        AND (living_session.created_at, living_session.id) < (:createdAt, :id)
      ORDER BY created_at DESC, id DESC
      LIMIT :limit
      """)
  List<Listed> list(UUID accountId, Instant createdAt, UUID id, int limit);

  /** Ends and revokes a session; returns no records if it has ended already. */
  @SqlQuery(
      """
      WITH ended AS (
        UPDATE session SET ended_at = now(), end_reason = :reason
        FROM living_session AS living
        WHERE session.id = :sessionId AND session.account_id = :accountId
          AND session.ended_at IS NULL AND living.id = session.id
        RETURNING session.id, session.account_id, session.end_reason
      )
      """
          + REVOKED
          + AuditDao.RECORDED)
  List<AuditRecord> end(
      UUID sessionId, UUID accountId, String reason, @BindMethods("origin") AuditContext origin);

  /**
   * Ends all sessions of an account.
   *
   * @param living the session that requests it, if any; if that session has ended, no records are
   *     returned
   * @param spare whether to keep that session
   */
  @SqlQuery(
      """
      WITH locked AS MATERIALIZED (
        SELECT id FROM account WHERE id = :accountId FOR NO KEY UPDATE
      ), emptied AS (
        UPDATE account
        SET spared_session = CASE WHEN :spare THEN CAST(:living AS uuid) END,
      """
          + RevocationDao.END_ALL_SESSIONS
          + """
            FROM locked
            WHERE account.id = locked.id
              AND (CAST(:living AS uuid) IS NULL OR EXISTS (
                SELECT FROM session
                WHERE session.id = CAST(:living AS uuid) AND session.account_id = account.id
                  AND session.ended_at IS NULL
                  AND (created_at > account.sessions_ended_at OR session.id = account.spared_session)))
            RETURNING account.id AS account_id, sessions_ended_at AS opened_until, spared_session,
              CAST(:reason AS text) AS reason, false AS erase, email, locale,
              email_confirmed_at
          ), mails AS (
            SELECT 'sessions-ended' AS kind, account_id, email AS address, locale,
          """
          + MailOutbox.NOTICE
          + """
            FROM emptied
            WHERE email_confirmed_at IS NOT NULL
          )
          """
          + MailOutbox.NOTICED
          + RevocationDao.OF_ALL_SESSIONS
          + ", happened AS ("
          + RevocationDao.ALL_SESSIONS_ENDED
          + ")"
          + AuditDao.RECORDED)
  List<AuditRecord> endAll(
      UUID accountId,
      @Nullable UUID living,
      boolean spare,
      String reason,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);

  /**
   * Ends the least recently used sessions of these accounts beyond {@code most} per account, except
   * those that are used in the meantime. Those that wait for a second factor are counted by
   * themselves: whoever has the password only opens as many as they like in the Supabase form, and
   * would push the owner's out.
   *
   * @param accounts separated by spaces
   */
  @SqlQuery(
      """
      WITH over AS (
        SELECT unused.id, unused.rotated_at, unused.aal
        FROM unnest(CAST(string_to_array(:accounts, ' ') AS uuid[])) AS candidate (account_id)
          JOIN account ON account.id = candidate.account_id
          CROSS JOIN LATERAL (
            SELECT session.id, session.rotated_at, session.aal, row_number() OVER (
              PARTITION BY account.factors > 0 AND session.aal = 1
              ORDER BY session.rotated_at DESC, session.id) AS place
            FROM living_session JOIN session ON session.id = living_session.id
            WHERE living_session.account_id = account.id
          ) AS unused
        WHERE unused.place > :most
        LIMIT :limit
      ), ended AS (
        UPDATE session SET ended_at = now(), end_reason = 'too_many_sessions'
        FROM over
        WHERE session.id = over.id AND session.rotated_at = over.rotated_at
          AND session.aal = over.aal AND session.ended_at IS NULL
        RETURNING session.id, account_id, end_reason
      )
      """
          + REVOKED
          + AuditDao.RECORDED)
  List<AuditRecord> endBeyond(
      int most, String accounts, int limit, @BindMethods("origin") AuditContext origin);

  /**
   * Deletes up to {@code limit} sessions that ended or expired at least so many seconds ago, and
   * returns their number.
   */
  @SqlUpdate(
      """
      DELETE FROM session
      WHERE id IN (
        SELECT id FROM session
        WHERE LEAST(ended_at, expires_at) < now() - :seconds * INTERVAL '1 s'
        ORDER BY LEAST(ended_at, expires_at)
        LIMIT :limit
        FOR UPDATE SKIP LOCKED)
      """)
  int purge(long seconds, int limit);

  /** Returns the active session with this current refresh token. */
  @SqlQuery(
      """
      SELECT living.account_id, living.id AS session_id, living.rotated_at AS issued_at,
        living.expires_at,
        session.aal < 2 AND session.supabase_method IS NOT NULL AND account.factors > 0
          AS awaits_factor
      FROM living_session AS living JOIN session ON session.id = living.id
        JOIN account ON account.id = living.account_id
      WHERE living.id = :sessionId AND living.counter = :counter AND living.secret_hash = :hash
      """)
  Optional<RefreshGrants.Grant> grant(UUID sessionId, long counter, byte[] hash);

  /** Ends an active session of any account. */
  @SqlQuery(
      """
      WITH ended AS (
        UPDATE session SET ended_at = now(), end_reason = :reason
        FROM living_session AS living
        WHERE session.id = :sessionId AND session.ended_at IS NULL AND living.id = session.id
        RETURNING session.id, session.account_id, session.end_reason
      ), revoked AS (
        INSERT INTO revocation (kind, ref) SELECT 'session', id FROM ended
      ), happened AS (
        SELECT 'token.revoked' AS event, account_id, id AS session_id,
          CAST('{}' AS jsonb) AS details
        FROM ended
        UNION ALL
        SELECT 'session.ended', account_id, id, jsonb_build_object('reason', end_reason) FROM ended
      )
      """
          + AuditDao.RECORDED)
  List<AuditRecord> revoke(
      UUID sessionId, String reason, @BindMethods("origin") AuditContext origin);
}
