package dev.warmgate.session;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.token.TokenIssuer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/**
 * Changes sessions that are not rotated by their current refresh token: that a client sends another
 * one, or that it sends none.
 */
public interface UnrotatedDao {
  /**
   * A session that was not rotated by a refresh token.
   *
   * @param rotatedSecondsAgo by the database's clock
   * @param rotatedNetwork where the last rotation came from, as {@code rotatedAgent}; {@code null}
   *     of one by an older version
   */
  record Unrotated(
      UUID accountId,
      String email,
      boolean emailVerified,
      String role,
      Instant authenticatedAt,
      int aal,
      @Nullable String methods,
      long counter,
      byte[] secretHash,
      boolean live,
      double rotatedSecondsAgo,
      byte @Nullable [] rotatedNetwork,
      byte @Nullable [] rotatedAgent) {
    TokenIssuer.Subject subject(UUID sessionId) {
      return new TokenIssuer.Subject(
          accountId, sessionId, email, emailVerified, role, authenticatedAt, aal, methods);
    }
  }

  @SqlQuery(
      """
      SELECT account.id AS account_id, account.email,
        account.email_confirmed_at IS NOT NULL AS email_verified, account.role,
        COALESCE(session.authenticated_at, session.created_at) AS authenticated_at,
        session.aal, session.methods, counter, secret_hash,
        ended_at IS NULL AND now() < LEAST(idle_expires_at, expires_at)
          AND account.disabled_at IS NULL
          AND (session.created_at > account.sessions_ended_at
            OR session.id = account.spared_session) IS TRUE AS live,
        EXTRACT(EPOCH FROM now() - rotated_at) AS rotated_seconds_ago,
        rotated_network, rotated_agent
      FROM session JOIN account ON account.id = session.account_id
      WHERE session.id = :sessionId AND (supabase_method IS NOT NULL) = :supabase
      """)
  Optional<Unrotated> find(UUID sessionId, boolean supabase);

  /**
   * Records that the current pair is issued again; returns no records if it was rotated in the
   * meantime.
   */
  @SqlQuery(
      """
      WITH happened AS (
        SELECT 'refresh.graced' AS event, account_id, id AS session_id,
          CAST('{}' AS jsonb) AS details
        FROM session
        WHERE id = :sessionId AND counter = :counter AND ended_at IS NULL
      )
      """
          + AuditDao.RECORDED)
  List<AuditRecord> grace(UUID sessionId, long counter, @BindMethods("origin") AuditContext origin);

  /**
   * Like {@link #grace}, for a token that comes from another place. A second such token within two
   * rotations ends the session: a client that lost a response and moved does not do so at every
   * refresh. The same token from the same place is a retry and does not count again. The row lock
   * makes concurrent calls see each other.
   */
  @SqlQuery(
      """
      WITH suspected AS (
        UPDATE session
        SET suspected_counter = counter, suspected_network = :network, suspected_agent = :agent,
          (ended_at, end_reason) = (
            SELECT now(), 'refresh_from_two_places'
            WHERE suspected_counter = counter - 1
              OR (suspected_counter = counter
                AND (suspected_network <> :network OR suspected_agent <> :agent)))
        WHERE id = :sessionId AND counter = :counter AND ended_at IS NULL
        RETURNING id, account_id, end_reason
      ), ended AS (
        SELECT id, account_id, end_reason FROM suspected WHERE end_reason IS NOT NULL
      ), revoked AS (
        INSERT INTO revocation (kind, ref) SELECT 'session', id FROM ended
      ), happened AS (
        SELECT 'refresh.suspected' AS event, account_id, id AS session_id,
          CAST('{}' AS jsonb) AS details
        FROM suspected
        UNION ALL
        SELECT 'refresh.reused', account_id, id, CAST('{}' AS jsonb) FROM ended
        UNION ALL
        SELECT 'session.ended', account_id, id, jsonb_build_object('reason', end_reason) FROM ended
      )
      """
          + AuditDao.RECORDED)
  List<AuditRecord> suspect(
      UUID sessionId,
      long counter,
      @BindMethods RotationDao.Place place,
      @BindMethods("origin") AuditContext origin);

  /** Ends a session whose refresh token was reused. */
  @SqlQuery(
      """
      WITH ended AS (
        UPDATE session SET ended_at = now(), end_reason = 'refresh_token_reused'
        WHERE id = :sessionId AND ended_at IS NULL
        RETURNING id, account_id, end_reason
      ), revoked AS (
        INSERT INTO revocation (kind, ref) SELECT 'session', id FROM ended
      ), happened AS (
        SELECT 'refresh.reused' AS event, account_id, id AS session_id,
          CAST('{}' AS jsonb) AS details
        FROM ended
        UNION ALL
        SELECT 'session.ended', account_id, id, jsonb_build_object('reason', end_reason) FROM ended
      )
      """
          + AuditDao.RECORDED)
  List<AuditRecord> endReused(UUID sessionId, @BindMethods("origin") AuditContext origin);

  /** Returns how often a living session of the Supabase form was rotated. */
  @SqlQuery(
      """
      SELECT counter
      FROM session
      WHERE id = :sessionId AND ended_at IS NULL AND supabase_method IS NOT NULL
      """)
  Optional<Long> counter(UUID sessionId);

  /** Rotates a session without a token; returns whether it was rotated this often. */
  @SqlUpdate(
      """
      UPDATE session
      SET counter = counter + 1, secret_hash = :nextHash, rotated_at = now(),
        rotated_network = :network, rotated_agent = :agent,
        idle_expires_at = now() + :idleSeconds * INTERVAL '1 s'
      WHERE id = :sessionId AND counter = :counter AND ended_at IS NULL
        AND supabase_method IS NOT NULL
      """)
  boolean advance(
      UUID sessionId,
      long counter,
      byte[] nextHash,
      @BindMethods RotationDao.Place place,
      long idleSeconds);
}
