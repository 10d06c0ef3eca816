package dev.warmgate.admin;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.revocation.RevocationDao;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/**
 * Reads and changes accounts for admins; leaves out warm-up accounts. Each change is one statement
 * with its revocations and audit records, and returns nothing if there was nothing to change.
 */
public interface AdminDao {
  /** An account in a list. */
  record Listed(
      UUID id,
      String email,
      String emailKey,
      String role,
      Instant createdAt,
      @Nullable Instant disabledAt) {
    @Override
    public String toString() {
      return "Listed[" + id + "]";
    }
  }

  /**
   * Lists accounts, newest first, from a position on.
   *
   * @param createdAt of the last account on the previous page, with {@code id}
   */
  @SqlQuery(
      """
      SELECT id, email, email_key, role, created_at, disabled_at
      FROM account
      WHERE (created_at, id) < (:createdAt, :id) AND email_key NOT LIKE '%@warmup.invalid'
      ORDER BY created_at DESC, id DESC
      LIMIT :limit
      """)
  @RegisterConstructorMapper(Listed.class)
  List<Listed> newest(Instant createdAt, UUID id, int limit);

  /**
   * Lists accounts in the byte order of their keys.
   *
   * @param from the lowest key
   * @param after the last key on the previous page
   * @param until the upper bound, exclusive
   */
  @SqlQuery(
      """
      SELECT id, email, email_key, role, created_at, disabled_at
      FROM account
      WHERE email_key COLLATE "C" >= :from AND email_key COLLATE "C" > :after
        AND email_key COLLATE "C" < :until AND email_key NOT LIKE '%@warmup.invalid'
      ORDER BY email_key COLLATE "C"
      LIMIT :limit
      """)
  @RegisterConstructorMapper(Listed.class)
  List<Listed> byEmail(String from, String after, String until, int limit);

  @SqlQuery(
      """
      SELECT id, email, email_key, role, created_at, disabled_at
      FROM account
      WHERE id = :id
      """)
  @RegisterConstructorMapper(Listed.class)
  Optional<Listed> find(UUID id);

  /** Counts live sessions, up to {@code most}. */
  @SqlQuery(
      """
      SELECT count(*)
      FROM (SELECT FROM living_session WHERE account_id = :accountId LIMIT :most) AS living
      """)
  int countSessions(UUID accountId, int most);

  /** Disables an account and ends its sessions. */
  @SqlQuery(
      """
      WITH locked AS MATERIALIZED (
        SELECT id FROM account WHERE id = :id FOR NO KEY UPDATE
      ), disabled AS (
        UPDATE account
        SET disabled_at = now(), spared_session = NULL,
      """
          + RevocationDao.END_ALL_SESSIONS
          + """
            FROM locked
            WHERE account.id = locked.id AND disabled_at IS NULL
            RETURNING account.id, sessions_ended_at
          ), emptied AS (
            SELECT id AS account_id, sessions_ended_at AS opened_until,
              CAST(NULL AS uuid) AS spared_session, 'account_disabled' AS reason, false AS erase
            FROM disabled
          )
          """
          + RevocationDao.OF_ALL_SESSIONS
          + """
          , happened AS (
            SELECT 'account.disabled' AS event, account_id, CAST(NULL AS uuid) AS session_id,
              CAST('{}' AS jsonb) AS details
            FROM emptied
            UNION ALL
          """
          + RevocationDao.ALL_SESSIONS_ENDED
          + ")"
          + AuditDao.RECORDED)
  @RegisterConstructorMapper(AuditRecord.class)
  List<AuditRecord> disable(UUID id, @BindMethods("origin") AuditContext origin);

  /** Enables an account again; its old sessions stay ended. */
  @SqlQuery(
      """
      WITH enabled AS (
        UPDATE account SET disabled_at = NULL
        WHERE id = :id AND disabled_at IS NOT NULL
        RETURNING id
      ), happened AS (
        SELECT 'account.enabled' AS event, id AS account_id, CAST(NULL AS uuid) AS session_id,
          CAST('{}' AS jsonb) AS details
        FROM enabled
      )
      """
          + AuditDao.RECORDED)
  @RegisterConstructorMapper(AuditRecord.class)
  List<AuditRecord> enable(UUID id, @BindMethods("origin") AuditContext origin);

  /** Only records the unlock; the counted attempts are kept elsewhere. */
  @SqlQuery(
      """
      WITH happened AS (
        SELECT 'account.unlocked' AS event, id AS account_id, CAST(NULL AS uuid) AS session_id,
          CAST('{}' AS jsonb) AS details
        FROM account
        WHERE id = :id
      )
      """
          + AuditDao.RECORDED)
  @RegisterConstructorMapper(AuditRecord.class)
  List<AuditRecord> unlock(UUID id, @BindMethods("origin") AuditContext origin);

  /** Creates an account that is an admin; returns nothing if the address is taken. */
  @SqlQuery(
      """
      WITH created AS (
        INSERT INTO account (id, email, email_key, password_hash, role)
        VALUES (:id, :email, :emailKey, :passwordHash, 'admin')
        ON CONFLICT (email_key) DO NOTHING
        RETURNING id
      ), happened AS (
        SELECT 'admin.created' AS event, id AS account_id, CAST(NULL AS uuid) AS session_id,
          CAST('{}' AS jsonb) AS details
        FROM created
      )
      """
          + AuditDao.RECORDED)
  @RegisterConstructorMapper(AuditRecord.class)
  List<AuditRecord> create(
      UUID id,
      String email,
      String emailKey,
      String passwordHash,
      @BindMethods("origin") AuditContext origin);

  /** The client address that registered the account; empty if the audit trail does not say. */
  @SqlQuery(
      """
      SELECT client_address
      FROM audit_event
      WHERE account_id = :id AND event = 'user.registered' AND client_address IS NOT NULL
      ORDER BY id
      LIMIT 1
      """)
  Optional<String> madeFrom(UUID id);

  /**
   * Promotes an account to admin; returns nothing if there is no such account, or it is disabled or
   * an admin already.
   */
  @SqlQuery(
      """
      WITH promoted AS (
        UPDATE account SET role = 'admin'
        WHERE id = :id AND role <> 'admin' AND disabled_at IS NULL
        RETURNING id
      ), happened AS (
        SELECT 'admin.created' AS event, id AS account_id, CAST(NULL AS uuid) AS session_id,
          jsonb_build_object('promoted', true) AS details
        FROM promoted
      )
      """
          + AuditDao.RECORDED)
  @RegisterConstructorMapper(AuditRecord.class)
  List<AuditRecord> promote(UUID id, @BindMethods("origin") AuditContext origin);

  /**
   * Promotes the account of an address to admin, replaces its password and ends every session, all
   * or nothing; returns nothing if there is no such account, or it is disabled or an admin already.
   * Waits for a concurrent login with the old password and ends its session too.
   */
  @SqlQuery(
      """
      WITH locked AS MATERIALIZED (
        SELECT id FROM account WHERE email_key = :emailKey FOR NO KEY UPDATE
      ), promoted AS (
        UPDATE account
        SET role = 'admin', password_hash = :passwordHash, password_version = password_version + 1,
          spared_session = NULL,
      """
          + RevocationDao.END_ALL_SESSIONS
          + """
            FROM locked
            WHERE account.id = locked.id AND role <> 'admin' AND disabled_at IS NULL
            RETURNING account.id, sessions_ended_at
          ), emptied AS (
            SELECT id AS account_id, sessions_ended_at AS opened_until,
              CAST(NULL AS uuid) AS spared_session, 'password_changed' AS reason, false AS erase
            FROM promoted
          )
          """
          + RevocationDao.OF_ALL_SESSIONS
          + """
          , happened AS (
            SELECT 'admin.created' AS event, account_id, CAST(NULL AS uuid) AS session_id,
              jsonb_build_object('promoted', true) AS details
            FROM emptied
            UNION ALL
            SELECT 'password.changed', account_id, CAST(NULL AS uuid), CAST('{}' AS jsonb)
            FROM emptied
            UNION ALL
          """
          + RevocationDao.ALL_SESSIONS_ENDED
          + ")"
          + AuditDao.RECORDED)
  @RegisterConstructorMapper(AuditRecord.class)
  List<AuditRecord> takeOver(
      String emailKey, String passwordHash, @BindMethods("origin") AuditContext origin);

  /**
   * Demotes an admin to user and ends the sessions, whose tokens still carry the role; returns
   * nothing if the account is not an admin.
   */
  @SqlQuery(
      """
      WITH locked AS MATERIALIZED (
        SELECT id FROM account WHERE email_key = :emailKey FOR NO KEY UPDATE
      ), demoted AS (
        UPDATE account
        SET role = 'user', spared_session = NULL,
      """
          + RevocationDao.END_ALL_SESSIONS
          + """
            FROM locked
            WHERE account.id = locked.id AND role = 'admin'
            RETURNING account.id, sessions_ended_at
          ), emptied AS (
            SELECT id AS account_id, sessions_ended_at AS opened_until,
              CAST(NULL AS uuid) AS spared_session, 'role_taken_away' AS reason, false AS erase
            FROM demoted
          )
          """
          + RevocationDao.OF_ALL_SESSIONS
          + """
          , happened AS (
            SELECT 'admin.removed' AS event, account_id, CAST(NULL AS uuid) AS session_id,
              CAST('{}' AS jsonb) AS details
            FROM emptied
            UNION ALL
          """
          + RevocationDao.ALL_SESSIONS_ENDED
          + ")"
          + AuditDao.RECORDED)
  @RegisterConstructorMapper(AuditRecord.class)
  List<AuditRecord> demote(String emailKey, @BindMethods("origin") AuditContext origin);
}
