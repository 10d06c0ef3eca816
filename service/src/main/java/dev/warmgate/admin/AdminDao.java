package dev.warmgate.admin;

import dev.warmgate.account.AccountDao;
import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.revocation.RevocationDao;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
      @Nullable Instant disabledAt,
      @Nullable Instant undeliverableAt) {
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
      SELECT id, email, email_key, role, created_at, disabled_at, undeliverable_at
      FROM account
      WHERE (created_at, id) < (:createdAt, :id) AND email_key NOT LIKE '%@warmup.invalid'
      ORDER BY created_at DESC, id DESC
      LIMIT :limit
      """)
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
      SELECT id, email, email_key, role, created_at, disabled_at, undeliverable_at
      FROM account
      WHERE email_key COLLATE "C" >= :from AND email_key COLLATE "C" > :after
        AND email_key COLLATE "C" < :until AND email_key NOT LIKE '%@warmup.invalid'
      ORDER BY email_key COLLATE "C"
      LIMIT :limit
      """)
  List<Listed> byEmail(String from, String after, String until, int limit);

  @SqlQuery(
      """
      SELECT id, email, email_key, role, created_at, disabled_at, undeliverable_at
      FROM account
      WHERE id = :id
      """)
  Optional<Listed> find(UUID id);

  /** Counts live sessions, up to {@code most}. */
  @SqlQuery(
      """
      SELECT count(*)
      FROM (SELECT FROM living_session WHERE account_id = :accountId LIMIT :most) AS living
      """)
  int countSessions(UUID accountId, int most);

  /** Disables an account and ends its sessions, unless it is the last enabled admin. */
  @SqlQuery(
      AccountDao.ADMINS
          + """
          , locked AS MATERIALIZED (
            SELECT id FROM account WHERE id = :id AND
          """
          + AccountDao.NOT_THE_LAST_ADMIN
          + """
            FOR NO KEY UPDATE
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
  List<AuditRecord> unlock(UUID id, @BindMethods("origin") AuditContext origin);
}
