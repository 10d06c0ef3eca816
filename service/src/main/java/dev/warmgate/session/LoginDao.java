package dev.warmgate.session;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.MailOutbox;
import dev.warmgate.token.Amr;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/**
 * Opens sessions. It is separate from {@link SessionDao}, because the cost of using a DAO grows
 * with the number of its methods, and every login pays it.
 */
public interface LoginDao {
  /**
   * A fragment that opens the session of the common table expression {@code opening(account_id,
   * opened_at, password_version, protected, waiting_hash)} with {@code @BindMethods Opening}; its
   * one row {@code opened(id, account_id)} is missing if none is wanted. If the account is {@code
   * protected} by a second factor that was not used yet, it makes a challenge instead, {@code
   * challenged(account_id)}: whatever opens a session passes here, so nothing goes round the
   * factor. A new password, {@code waiting_hash}, waits with it. In the Supabase form a session is
   * opened all the same, at the lower level.
   */
  String OPENED =
      """
      , opened AS (
        INSERT INTO session
          (id, account_id, secret_hash, user_agent, supabase_method, created_at, idle_expires_at,
            expires_at, aal, methods, authenticated_at)
        SELECT :id, account_id, :secretHash, CAST(:userAgent AS text),
          CAST(:supabaseMethod AS text), opened_at,
          now() + :idleSeconds * INTERVAL '1 s', now() + :absoluteSeconds * INTERVAL '1 s',
          :aal, :methods, CAST(:authenticatedAt AS timestamptz)
        FROM opening
        WHERE :opens
          AND (NOT protected OR :aal > 1 OR CAST(:supabaseMethod AS text) IS NOT NULL)
        RETURNING id, account_id
      ), challenged AS (
        INSERT INTO login_challenge (id, token_hash, account_id, password_version, device_id,
          audience, methods, created_at, expires_at, password_hash)
        SELECT :challengeId, :challengeHash, account_id, password_version,
          CAST(:deviceId AS uuid), :audience, :methods, opened_at,
          opened_at + :challengeSeconds * INTERVAL '1 s', waiting_hash
        FROM opening
        WHERE :opens AND protected AND :aal = 1 AND CAST(:supabaseMethod AS text) IS NULL
        RETURNING account_id
      )
      """;

  /** A fragment that selects the event of a challenge, with the kinds of factors that it takes. */
  String CHALLENGED =
      """
        SELECT 'factor.required' AS event, account_id, CAST(NULL AS uuid) AS session_id,
          jsonb_build_object('factors', (
            SELECT jsonb_agg(DISTINCT kind) FROM (
              SELECT kind FROM factor
              WHERE factor.account_id = challenged.account_id AND confirmed_at IS NOT NULL
              UNION ALL
              SELECT 'recovery_code' FROM recovery_code
              WHERE recovery_code.account_id = challenged.account_id AND used_at IS NULL
            ) AS held)) AS details
        FROM challenged
      """;

  /**
   * A session to be opened; lifetimes in seconds.
   *
   * @param opens whether one is opened at all, for {@link #OPENED}
   * @param supabaseMethod how it is opened, in the Supabase form; {@code null} otherwise
   * @param aal its assurance level: 2 if a second factor was used already
   * @param methods the text of an {@link Amr}
   * @param authenticatedAt when its user has proven who they are, if that was earlier
   * @param deviceId the known device that the client has proven to be, if any
   * @param challengeId of the challenge that may take its place, as the next one
   * @param audience of its first access token
   */
  record Opening(
      boolean opens,
      UUID id,
      byte[] secretHash,
      @Nullable String userAgent,
      @Nullable String supabaseMethod,
      long idleSeconds,
      long absoluteSeconds,
      int aal,
      String methods,
      @Nullable Instant authenticatedAt,
      @Nullable UUID deviceId,
      UUID challengeId,
      byte[] challengeHash,
      String audience) {

    /** How long a second step can follow the first. */
    static final Duration CHALLENGE_LIFETIME = Duration.ofMinutes(5);

    /**
     * Has a value for every field, because a statement is prepared for the types of its arguments.
     */
    public static Opening example() {
      return new Opening(
          true,
          UUID.randomUUID(),
          new byte[32],
          "example",
          "example",
          60,
          60,
          1,
          "example",
          Instant.EPOCH,
          UUID.randomUUID(),
          UUID.randomUUID(),
          new byte[32],
          "example");
    }

    /** Returns the session, or none. */
    public static Opening of(@Nullable NewSession session) {
      return session == null ? NONE : session.opening();
    }

    private static final Opening NONE =
        new Opening(
            false,
            new UUID(0, 0),
            new byte[0],
            "",
            null,
            0,
            0,
            1,
            "",
            null,
            null,
            new UUID(0, 0),
            new byte[0],
            "");

    public long challengeSeconds() {
      return CHALLENGE_LIFETIME.toSeconds();
    }

    Opening with(int level, String otherMethods, @Nullable Instant since, @Nullable UUID device) {
      return new Opening(
          opens,
          id,
          secretHash,
          userAgent,
          supabaseMethod,
          idleSeconds,
          absoluteSeconds,
          level,
          otherMethods,
          since,
          device,
          challengeId,
          challengeHash,
          audience);
    }
  }

  /**
   * Creates an account and its first session; returns no records if the address is taken.
   *
   * @param confirmed whether its address counts as proven
   * @param userMetadata a JSON object
   */
  @SqlQuery(
      """
      WITH created AS (
        INSERT INTO account
          (id, email, email_key, password_hash, role, locale, email_confirmed_at, user_metadata)
        VALUES (:accountId, :email, :emailKey, :passwordHash, :role, :locale,
          CASE WHEN :confirmed THEN now() END, CAST(:userMetadata AS jsonb))
        ON CONFLICT (email_key) DO NOTHING
        RETURNING id
      ), opened AS (
        INSERT INTO session
          (id, account_id, secret_hash, user_agent, supabase_method, idle_expires_at, expires_at,
            methods)
        SELECT :id, created.id, :secretHash, :userAgent, CAST(:supabaseMethod AS text),
          now() + :idleSeconds * INTERVAL '1 s', now() + :absoluteSeconds * INTERVAL '1 s',
          :methods
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
  List<AuditRecord> register(
      UUID accountId,
      String email,
      String emailKey,
      String passwordHash,
      String role,
      @Nullable String locale,
      boolean confirmed,
      String userMetadata,
      @BindMethods Opening session,
      @BindMethods("origin") AuditContext origin);

  /**
   * Opens a session, or makes a challenge; returns no records if the password was changed or the
   * account disabled since it was read. The share lock on the account's row ensures that a
   * concurrent end of all sessions either includes this one or precedes it. The owner is told if
   * neither the device nor the user agent has been used before, as far as the sessions that are
   * kept tell.
   *
   * @param device parameters of that mail, a JSON object
   */
  @SqlQuery(
      """
      WITH opening AS MATERIALIZED (
        SELECT id AS account_id, password_version, factors > 0 AS protected,
          CAST(NULL AS text) AS waiting_hash,
          GREATEST(now(), sessions_ended_at + INTERVAL '1 microsecond') AS opened_at
        FROM account
        WHERE id = :accountId AND password_version = :passwordVersion AND disabled_at IS NULL
        FOR SHARE
      )
      """
          + OPENED
          + """
          , mails AS (
            SELECT 'new-device' AS kind, account.id AS account_id, account.email AS address,
              account.locale, CAST(:device AS jsonb) AS parameters,
              CAST(NULL AS uuid) AS request_id, CAST(NULL AS text) AS key_id,
              INTERVAL '1 day' AS lifetime
            FROM opened JOIN account ON account.id = opened.account_id
            WHERE :mail.on AND CAST(:deviceId AS uuid) IS NULL
              AND account.email_confirmed_at IS NOT NULL
              AND NOT EXISTS (
                SELECT FROM session
                WHERE session.account_id = account.id
                  AND session.user_agent IS NOT DISTINCT FROM CAST(:userAgent AS text))
          )
          """
          + MailOutbox.NOTICED
          + """
          , happened AS (
            SELECT 'session.started' AS event, account_id, id AS session_id,
              CAST('{}' AS jsonb) AS details
            FROM opened
            UNION ALL
          """
          + CHALLENGED
          + ")"
          + AuditDao.RECORDED)
  List<AuditRecord> open(
      UUID accountId,
      int passwordVersion,
      String device,
      @BindMethods Opening session,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);
}
