package dev.warmgate.session;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.MailOutbox;
import dev.warmgate.revocation.RevocationDao;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** Changes passwords. */
public interface PasswordChangeDao {
  /**
   * A fragment that replaces the password of the updated account by {@code :passwordHash}, {@code
   * NULL} for none, and sets the end of all its sessions.
   */
  String REPLACED =
      """
        password_hash = CAST(:passwordHash AS text),
        password_version = account.password_version + 1,
        spared_session = NULL,
      """
          + RevocationDao.END_ALL_SESSIONS;

  /**
   * Atomically sets the password, ends every session but a spared one and opens a new one, if it is
   * wanted; returns no records if the password was changed in the meantime. It waits for a
   * concurrent login with the old password and ends that session as well.
   *
   * @param how {@code changed}, or {@code reset} by mail
   */
  @SqlQuery(
      """
      WITH locked AS MATERIALIZED (
        SELECT id FROM account WHERE id = :accountId FOR NO KEY UPDATE
      ), changed AS (
        UPDATE account
        SET password_hash = :passwordHash, password_version = password_version + 1,
          spared_session = CAST(:spared AS uuid),
      """
          + RevocationDao.END_ALL_SESSIONS
          + """
            FROM locked
            WHERE account.id = locked.id AND password_version = :knownVersion AND disabled_at IS NULL
            RETURNING account.id, email, locale, sessions_ended_at, email_confirmed_at,
              password_version, factors > 0 AS protected
          ), emptied AS (
            SELECT id AS account_id, sessions_ended_at AS opened_until,
              CAST(:spared AS uuid) AS spared_session,
              'password_' || CAST(:how AS text) AS reason, false AS erase
            FROM changed
          ), opening AS (
            SELECT id AS account_id, sessions_ended_at + INTERVAL '1 microsecond' AS opened_at,
              password_version, protected, CAST(NULL AS text) AS waiting_hash
            FROM changed
          ), mails AS (
            SELECT 'password-changed' AS kind, id AS account_id, email AS address, locale,
          """
          + MailOutbox.NOTICE
          + """
            FROM changed
            WHERE email_confirmed_at IS NOT NULL
          )
          """
          + MailOutbox.NOTICED
          + RevocationDao.OF_ALL_SESSIONS
          + LoginDao.OPENED
          + """
          , happened AS (
            SELECT 'password.' || CAST(:how AS text) AS event, account_id, CAST(NULL AS uuid) AS session_id,
              CAST('{}' AS jsonb) AS details
            FROM emptied
            UNION ALL
            SELECT 'user.updated', account_id, CAST(NULL AS uuid),
              jsonb_build_object('changed', 'password')
            FROM emptied
            UNION ALL
          """
          + RevocationDao.ALL_SESSIONS_ENDED
          + """
            UNION ALL
            SELECT 'session.started', account_id, id, CAST('{}' AS jsonb) FROM opened
            UNION ALL
          """
          + LoginDao.CHALLENGED
          + ")"
          + AuditDao.RECORDED)
  List<AuditRecord> change(
      UUID accountId,
      int knownVersion,
      String passwordHash,
      String how,
      @Nullable UUID spared,
      @BindMethods LoginDao.Opening session,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);
}
