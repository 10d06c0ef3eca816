package dev.warmgate.account;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.MailOutbox;
import dev.warmgate.revocation.RevocationDao;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Reads and changes accounts and their password hashes. */
public interface AccountDao {
  /**
   * A fragment that begins a statement which may take an admin away. It locks every enabled admin
   * in one order, so that each of several such statements sees what those before it did.
   */
  String ADMINS =
      """
      WITH admins AS MATERIALIZED (
        SELECT id FROM account
        WHERE role = 'admin' AND disabled_at IS NULL
        ORDER BY id
        FOR NO KEY UPDATE
      )
      """;

  /** A condition on {@code account}: without it an enabled admin is left. Needs {@link #ADMINS}. */
  String NOT_THE_LAST_ADMIN =
      """
        (account.role <> 'admin' OR account.disabled_at IS NOT NULL
          OR EXISTS (SELECT FROM admins WHERE admins.id <> account.id))
      """;

  @SqlQuery(
      """
      SELECT id, email, email_key, role, password_hash, password_version,
        email_confirmed_at IS NOT NULL AS email_verified, false AS pending,
        factors > 0 AS second_factor
      FROM account
      WHERE id = :id
      """)
  Optional<Account> find(UUID id);

  /** Returns the language of the account's mails, or an empty text. */
  @SqlQuery("SELECT COALESCE(locale, '') FROM account WHERE id = :id")
  Optional<String> locale(UUID id);

  @SqlQuery(
      """
      SELECT EXISTS (
        SELECT FROM account WHERE id = :id AND role = :role AND disabled_at IS NULL)
      """)
  boolean hasRole(UUID id, String role);

  /** Whether a session of the account needs a second factor. */
  @SqlQuery("SELECT EXISTS (SELECT FROM account WHERE id = :id AND factors > 0)")
  boolean hasFactor(UUID id);

  /** Replaces a hash with one of the same password and newer parameters; sessions stay open. */
  @SqlUpdate(
      """
      UPDATE account SET password_hash = :newHash
      WHERE id = :id AND password_hash = :oldHash
      """)
  void rehash(UUID id, String oldHash, String newHash);

  /**
   * Deletes the account and ends all its sessions, unless its password has changed or it is the
   * last enabled admin. The rows of the sessions are deleted later.
   */
  @SqlQuery(
      ADMINS
          + """
          , deleted AS (
            DELETE FROM account WHERE id = :id AND password_version = :knownVersion AND
          """
          + NOT_THE_LAST_ADMIN
          + """
            RETURNING id, email, locale, email_confirmed_at
          ), emptied AS (
            SELECT id AS account_id, CAST('infinity' AS timestamptz) AS opened_until,
              CAST(NULL AS uuid) AS spared_session, 'account_deleted' AS reason, true AS erase
            FROM deleted
          ), mails AS (
            SELECT 'account-deleted' AS kind, id AS account_id, email AS address, locale,
          """
          + MailOutbox.NOTICE
          + """
            FROM deleted
            WHERE email_confirmed_at IS NOT NULL
          )
          """
          + MailOutbox.NOTICED
          + RevocationDao.OF_ALL_SESSIONS
          + """
          , happened AS (
            SELECT 'user.deleted' AS event, account_id, CAST(NULL AS uuid) AS session_id,
              CAST('{}' AS jsonb) AS details
            FROM emptied
            UNION ALL
          """
          + RevocationDao.ALL_SESSIONS_ENDED
          + ")"
          + AuditDao.RECORDED)
  List<AuditRecord> delete(
      UUID id,
      int knownVersion,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);

  /**
   * Deletes the given warm-up account, and those that a killed process left behind more than ten
   * minutes ago. Writes no audit records, since none were written for these accounts before.
   */
  @SqlQuery(
      """
      WITH deleted AS (
        DELETE FROM account
        WHERE email_key LIKE '%@warmup.invalid'
          AND (email_key = :emailKey OR created_at < now() - INTERVAL '10 min')
        RETURNING id
      ), erased AS (
        DELETE FROM session USING deleted WHERE session.account_id = deleted.id
      ), revoked AS (
        INSERT INTO revocation (kind, ref, opened_until)
        SELECT 'account', id, clock_timestamp() FROM deleted
      )
      SELECT count(*) FROM deleted
      """)
  int deleteDecoys(String emailKey);
}
