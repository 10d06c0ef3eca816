package dev.warmgate.session;

import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.Happened;
import dev.warmgate.audit.Origin;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** The sessions. Times are the database's, so that replicas with clocks of their own agree. */
public interface SessionDao {
  /** What follows the sessions that were {@code ended}. */
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

  @SqlQuery(
      """
      SELECT id, created_at, rotated_at AS last_used_at,
        LEAST(idle_expires_at, expires_at) AS expires_at, user_agent
      FROM session
      WHERE account_id = :accountId AND ended_at IS NULL
        AND now() < LEAST(idle_expires_at, expires_at)
      ORDER BY rotated_at DESC, id
      """)
  @RegisterConstructorMapper(Listed.class)
  List<Listed> list(UUID accountId);

  /** Ends and revokes sessions, and says so of each; as do the next two. */
  @SqlQuery(
      """
      WITH ended AS (
        UPDATE session SET ended_at = now(), end_reason = :reason
        WHERE id = :sessionId AND account_id = :accountId AND ended_at IS NULL
        RETURNING id, account_id, end_reason
      )
      """
          + REVOKED
          + AuditDao.RECORDED)
  @RegisterConstructorMapper(Happened.class)
  List<Happened> end(
      UUID sessionId, UUID accountId, String reason, @BindMethods("origin") Origin origin);

  @SqlQuery(
      """
      WITH ended AS (
        UPDATE session SET ended_at = now(), end_reason = :reason
        WHERE account_id = :accountId AND ended_at IS NULL
        RETURNING id, account_id, end_reason
      )
      """
          + REVOKED
          + AuditDao.RECORDED)
  @RegisterConstructorMapper(Happened.class)
  List<Happened> endAll(UUID accountId, String reason, @BindMethods("origin") Origin origin);

  @SqlQuery(
      """
      WITH ended AS (
        UPDATE session SET ended_at = now(), end_reason = :reason
        WHERE account_id = :accountId AND id <> :keptSession AND ended_at IS NULL
        RETURNING id, account_id, end_reason
      )
      """
          + REVOKED
          + AuditDao.RECORDED)
  @RegisterConstructorMapper(Happened.class)
  List<Happened> endOthers(
      UUID accountId, UUID keptSession, String reason, @BindMethods("origin") Origin origin);

  /**
   * Deletes some sessions that ended, or reached their greatest age, so long ago; returns how many.
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

  /** The living session whose current refresh token that is. */
  @SqlQuery(
      """
      SELECT session.account_id, session.id AS session_id, rotated_at AS issued_at,
        LEAST(idle_expires_at, expires_at) AS expires_at
      FROM session JOIN account ON account.id = session.account_id
      WHERE session.id = :sessionId AND counter = :counter AND secret_hash = :hash
        AND ended_at IS NULL AND now() < LEAST(idle_expires_at, expires_at)
        AND account.disabled_at IS NULL
      """)
  @RegisterConstructorMapper(RefreshGrants.Grant.class)
  Optional<RefreshGrants.Grant> grant(UUID sessionId, long counter, byte[] hash);

  /** Ends a session whoever owns it. */
  @SqlQuery(
      """
      WITH ended AS (
        UPDATE session SET ended_at = now(), end_reason = :reason
        WHERE id = :sessionId AND ended_at IS NULL
        RETURNING id, account_id, end_reason
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
  @RegisterConstructorMapper(Happened.class)
  List<Happened> revoke(UUID sessionId, String reason, @BindMethods("origin") Origin origin);
}
