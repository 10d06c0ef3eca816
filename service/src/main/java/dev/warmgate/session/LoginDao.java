package dev.warmgate.session;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.MailOutbox;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
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
   * opened_at)} with {@code @BindMethods Opening}; its one row {@code opened(id, account_id)} is
   * missing if none is wanted.
   */
  String OPENED =
      """
      , opened AS (
        INSERT INTO session
          (id, account_id, secret_hash, user_agent, supabase_method, created_at, idle_expires_at,
            expires_at)
        SELECT :id, account_id, :secretHash, CAST(:userAgent AS text),
          CAST(:supabaseMethod AS text), opened_at,
          now() + :idleSeconds * INTERVAL '1 s', now() + :absoluteSeconds * INTERVAL '1 s'
        FROM opening
        WHERE :opens
        RETURNING id, account_id
      )
      """;

  /**
   * A session to be opened; lifetimes in seconds.
   *
   * @param opens whether one is opened at all, for {@link #OPENED}
   * @param supabaseMethod how it is opened, in the Supabase form; {@code null} otherwise
   */
  record Opening(
      boolean opens,
      UUID id,
      byte[] secretHash,
      @Nullable String userAgent,
      @Nullable String supabaseMethod,
      long idleSeconds,
      long absoluteSeconds) {

    /**
     * Has a value for every field, because a statement is prepared for the types of its arguments.
     */
    public static Opening example() {
      return new Opening(true, UUID.randomUUID(), new byte[32], "example", "example", 60, 60);
    }

    /** Returns the session, or none. */
    public static Opening of(@Nullable NewSession session) {
      return session == null
          ? new Opening(false, UUID.randomUUID(), new byte[0], "", null, 0, 0)
          : session.opening();
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
          (id, account_id, secret_hash, user_agent, supabase_method, idle_expires_at, expires_at)
        SELECT :id, created.id, :secretHash, :userAgent, CAST(:supabaseMethod AS text),
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
  @RegisterConstructorMapper(AuditRecord.class)
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
   * Opens a session; returns no records if the password was changed or the account disabled since
   * it was read. The share lock on the account's row ensures that a concurrent end of all sessions
   * either includes this one or precedes it. The owner is told if neither the device nor the user
   * agent has been used before, as far as the sessions that are kept tell.
   *
   * @param device parameters of that mail, a JSON object
   */
  @SqlQuery(
      """
      WITH opened AS (
        INSERT INTO session
          (id, account_id, secret_hash, user_agent, supabase_method, created_at, idle_expires_at,
            expires_at)
        SELECT :id, account.id, :secretHash, :userAgent, CAST(:supabaseMethod AS text),
          GREATEST(now(), account.sessions_ended_at + INTERVAL '1 microsecond'),
          now() + :idleSeconds * INTERVAL '1 s', now() + :absoluteSeconds * INTERVAL '1 s'
        FROM account
        WHERE account.id = :accountId AND account.password_version = :passwordVersion
          AND account.disabled_at IS NULL
        FOR SHARE
        RETURNING id, account_id
      ), mails AS (
        SELECT 'new-device' AS kind, account.id AS account_id, account.email AS address,
          account.locale, CAST(:device AS jsonb) AS parameters,
          CAST(NULL AS uuid) AS request_id, CAST(NULL AS text) AS key_id,
          INTERVAL '1 day' AS lifetime
        FROM opened JOIN account ON account.id = opened.account_id
        WHERE :mail.on AND NOT :knownDevice AND account.email_confirmed_at IS NOT NULL
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
          )
          """
          + AuditDao.RECORDED)
  @RegisterConstructorMapper(AuditRecord.class)
  List<AuditRecord> open(
      UUID accountId,
      int passwordVersion,
      boolean knownDevice,
      String device,
      @BindMethods Opening session,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);
}
