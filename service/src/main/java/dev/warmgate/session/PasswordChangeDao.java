package dev.warmgate.session;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.MailOutbox;
import dev.warmgate.revocation.RevocationDao;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Changes passwords. */
public interface PasswordChangeDao {
  /**
   * Atomically sets the password, ends every session and opens a new one; returns no records if the
   * password was changed in the meantime. It waits for a concurrent login with the old password and
   * ends that session as well.
   */
  @SqlQuery(
      """
      WITH locked AS MATERIALIZED (
        SELECT id FROM account WHERE id = :accountId FOR NO KEY UPDATE
      ), changed AS (
        UPDATE account
        SET password_hash = :passwordHash, password_version = password_version + 1,
          spared_session = NULL,
      """
          + RevocationDao.END_ALL_SESSIONS
          + """
            FROM locked
            WHERE account.id = locked.id AND password_version = :knownVersion AND disabled_at IS NULL
            RETURNING account.id, email, locale, sessions_ended_at
          ), emptied AS (
            SELECT id AS account_id, sessions_ended_at AS opened_until,
              CAST(NULL AS uuid) AS spared_session, 'password_changed' AS reason, false AS erase
            FROM changed
          ), opened AS (
            INSERT INTO session
              (id, account_id, secret_hash, user_agent, created_at, idle_expires_at, expires_at)
            SELECT :id, changed.id, :secretHash, :userAgent,
              sessions_ended_at + INTERVAL '1 microsecond',
              now() + :idleSeconds * INTERVAL '1 s', now() + :absoluteSeconds * INTERVAL '1 s'
            FROM changed
            RETURNING id, account_id
          ), mails AS (
            SELECT 'password-changed' AS kind, id AS account_id, email AS address, locale,
          """
          + MailOutbox.NOTICE
          + """
            FROM changed
          )
          """
          + MailOutbox.QUEUED
          + RevocationDao.OF_ALL_SESSIONS
          + """
          , happened AS (
            SELECT 'password.changed' AS event, account_id, CAST(NULL AS uuid) AS session_id,
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
          )
          """
          + AuditDao.RECORDED)
  @RegisterConstructorMapper(AuditRecord.class)
  List<AuditRecord> change(
      UUID accountId,
      int knownVersion,
      String passwordHash,
      @BindMethods LoginDao.Opening session,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);
}
