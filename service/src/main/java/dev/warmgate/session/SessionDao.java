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

  /** A session to be opened; lifetimes in seconds. */
  record Opening(
      UUID id,
      byte[] secretHash,
      @Nullable String userAgent,
      long idleSeconds,
      long absoluteSeconds) {

    /** With a value for everything, since a statement is prepared for the types it is given. */
    public static final Opening EXAMPLE =
        new Opening(UUID.randomUUID(), new byte[32], "example", 1, 1);
  }

  /** Whom a rotated refresh token belongs to. */
  record Owner(UUID accountId, String email, String role) {}

  /** A session that a refresh token could not rotate. */
  record Unrotated(
      UUID accountId,
      String email,
      String role,
      long counter,
      byte[] secretHash,
      boolean live,
      boolean withinGrace) {}

  /** A session as its owner sees it. */
  record Listed(
      UUID id,
      Instant createdAt,
      Instant lastUsedAt,
      Instant expiresAt,
      @Nullable String userAgent) {}

  /** Makes an account and its first session; nothing has happened if the address is taken. */
  @SqlQuery(
      """
      WITH created AS (
        INSERT INTO account (id, email, email_key, password_hash, role)
        VALUES (:accountId, :email, :emailKey, :passwordHash, :role)
        ON CONFLICT (email_key) DO NOTHING
        RETURNING id
      ), opened AS (
        INSERT INTO session (id, account_id, secret_hash, user_agent, idle_expires_at, expires_at)
        SELECT :id, created.id, :secretHash, :userAgent,
          now() + :idleSeconds * INTERVAL '1 s', now() + :absoluteSeconds * INTERVAL '1 s'
        FROM created
        RETURNING id, account_id
      ), happened AS (
        SELECT 'user.registered' AS event, account_id, CAST(NULL AS uuid) AS session_id,
          CAST('{}' AS jsonb) AS details
        FROM opened
        UNION ALL
        SELECT 'session.started', account_id, id, CAST('{}' AS jsonb) FROM opened
      )
      """
          + AuditDao.RECORDED)
  @RegisterConstructorMapper(Happened.class)
  List<Happened> register(
      UUID accountId,
      String email,
      String emailKey,
      String passwordHash,
      String role,
      @BindMethods Opening session,
      @BindMethods("origin") Origin origin);

  /** Nothing has happened if the password was changed or the account disabled since it was read. */
  @SqlQuery(
      """
      WITH opened AS (
        INSERT INTO session (id, account_id, secret_hash, user_agent, idle_expires_at, expires_at)
        SELECT :id, account.id, :secretHash, :userAgent,
          now() + :idleSeconds * INTERVAL '1 s', now() + :absoluteSeconds * INTERVAL '1 s'
        FROM account
        WHERE account.id = :accountId AND account.password_version = :passwordVersion
          AND account.disabled_at IS NULL
        RETURNING id, account_id
      ), happened AS (
        SELECT 'session.started' AS event, account_id, id AS session_id,
          CAST('{}' AS jsonb) AS details
        FROM opened
      )
      """
          + AuditDao.RECORDED)
  @RegisterConstructorMapper(Happened.class)
  List<Happened> open(
      UUID accountId,
      int passwordVersion,
      @BindMethods Opening session,
      @BindMethods("origin") Origin origin);

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
      RETURNING account.id AS account_id, account.email, account.role
      """)
  @RegisterConstructorMapper(Owner.class)
  Optional<Owner> rotate(
      UUID sessionId, long counter, byte[] hash, byte[] nextHash, long idleSeconds);

  @SqlQuery(
      """
      SELECT account.id AS account_id, account.email, account.role, counter, secret_hash,
        ended_at IS NULL AND now() < LEAST(idle_expires_at, expires_at)
          AND account.disabled_at IS NULL AS live,
        now() < rotated_at + :graceSeconds * INTERVAL '1 s' AS within_grace
      FROM session JOIN account ON account.id = session.account_id
      WHERE session.id = :sessionId
      """)
  @RegisterConstructorMapper(Unrotated.class)
  Optional<Unrotated> find(UUID sessionId, long graceSeconds);

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
