package dev.warmgate.recovery;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.MailOutbox;
import dev.warmgate.proof.ProofDao;
import dev.warmgate.revocation.RevocationDao;
import dev.warmgate.session.LoginDao;
import dev.warmgate.session.PasswordChangeDao;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Replaces forgotten passwords. */
public interface RecoveryDao {
  /**
   * Uses the proof: sets the password, ends every session and opens a new one, if wanted. It also
   * proves the address; of an account whose address nobody had proven, the factors are forgotten,
   * but of an admin, whom the operator has made. Changes of address that were asked for before
   * cannot be completed any more, since they are bound to the old password.
   */
  @SqlQuery(
      ProofDao.GIVEN
          + """
          , locked AS MATERIALIZED (
            SELECT account.id, account.email_confirmed_at IS NULL AS unproven
            FROM account JOIN given
              ON account.id = given.account_id AND account.email_key = given.email_key
            WHERE account.disabled_at IS NULL
            FOR NO KEY UPDATE OF account
          ), changed AS (
            UPDATE account
            SET email_confirmed_at = COALESCE(account.email_confirmed_at, now()),
              email = CASE WHEN unproven THEN lower(email COLLATE "C") ELSE email END,
              locale = CASE WHEN NOT unproven THEN account.locale END,
          """
          + PasswordChangeDao.REPLACED
          + """
            FROM locked
            WHERE account.id = locked.id
            RETURNING account.id, email, account.locale, sessions_ended_at, unproven,
              password_version, factors > 0 AND (NOT unproven OR role = 'admin') AS protected
          ), forgotten AS (
            DELETE FROM factor USING changed
            WHERE factor.account_id = changed.id AND unproven AND NOT protected
          ), emptied AS (
            SELECT id AS account_id, sessions_ended_at AS opened_until,
              CAST(NULL AS uuid) AS spared_session, 'password_reset' AS reason, false AS erase
            FROM changed
          ), opening AS (
            SELECT id AS account_id, sessions_ended_at + INTERVAL '1 microsecond' AS opened_at,
              password_version, protected
            FROM changed
          ), mails AS (
            SELECT 'password-changed' AS kind, id AS account_id, email AS address, locale,
          """
          + MailOutbox.NOTICE
          + """
            FROM changed
          )
          """
          + MailOutbox.NOTICED
          + RevocationDao.OF_ALL_SESSIONS
          + LoginDao.OPENED
          + """
          , happened AS (
            SELECT 'password.reset' AS event, id AS account_id, CAST(NULL AS uuid) AS session_id,
              CAST('{}' AS jsonb) AS details
            FROM changed
            UNION ALL
            SELECT 'email.confirmed', id, CAST(NULL AS uuid), jsonb_build_object('by', 'reset')
            FROM changed
            WHERE unproven
            UNION ALL
            SELECT 'user.updated', id, CAST(NULL AS uuid), jsonb_build_object('changed', 'password')
            FROM changed
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
  @RegisterConstructorMapper(AuditRecord.class)
  List<AuditRecord> reset(
      UUID proofId,
      String kind,
      String emailKey,
      String passwordHash,
      @BindMethods LoginDao.Opening session,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);
}
