package dev.warmgate.session;

import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.Happened;
import dev.warmgate.audit.Origin;
import dev.warmgate.token.TokenIssuer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** What becomes of a refresh token that is used; see {@link LoginDao} on why apart. */
public interface RotationDao {
  /** A session that a refresh token could not rotate. */
  record Unrotated(
      UUID accountId,
      String email,
      String role,
      Instant authenticatedAt,
      long counter,
      byte[] secretHash,
      boolean live,
      boolean withinGrace) {
    TokenIssuer.Subject subject(UUID sessionId) {
      return new TokenIssuer.Subject(accountId, sessionId, email, role, authenticatedAt);
    }
  }

  /** The whole of a rotation: of parallel ones with the same token, exactly one returns a row. */
  @SqlQuery(
      """
      UPDATE session
      SET counter = counter + 1, secret_hash = :nextHash, rotated_at = now(),
        idle_expires_at = now() + :idleSeconds * INTERVAL '1 s'
      FROM account
      WHERE session.id = :sessionId AND counter = :counter AND secret_hash = :hash
        AND ended_at IS NULL AND now() < LEAST(idle_expires_at, expires_at)
        AND account.id = session.account_id AND account.disabled_at IS NULL
        AND (session.created_at > account.sessions_ended_at OR session.id = account.spared_session)
      RETURNING account.id AS account_id, session.id AS session_id, account.email, account.role,
        session.created_at AS authenticated_at
      """)
  @RegisterConstructorMapper(TokenIssuer.Subject.class)
  Optional<TokenIssuer.Subject> rotate(
      UUID sessionId, long counter, byte[] hash, byte[] nextHash, long idleSeconds);

  @SqlQuery(
      """
      SELECT account.id AS account_id, account.email, account.role,
        session.created_at AS authenticated_at, counter, secret_hash,
        ended_at IS NULL AND now() < LEAST(idle_expires_at, expires_at)
          AND account.disabled_at IS NULL
          AND (session.created_at > account.sessions_ended_at
            OR session.id = account.spared_session) IS TRUE AS live,
        now() < rotated_at + :graceSeconds * INTERVAL '1 s' AS within_grace
      FROM session JOIN account ON account.id = session.account_id
      WHERE session.id = :sessionId
      """)
  @RegisterConstructorMapper(Unrotated.class)
  Optional<Unrotated> find(UUID sessionId, long graceSeconds);

  /** Notes that the current pair is given once more; nothing has happened if it was rotated. */
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
  @RegisterConstructorMapper(Happened.class)
  List<Happened> grace(UUID sessionId, long counter, @BindMethods("origin") Origin origin);

  /** Ends a session whose refresh token somebody used for the second time. */
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
  @RegisterConstructorMapper(Happened.class)
  List<Happened> endReused(UUID sessionId, @BindMethods("origin") Origin origin);
}
