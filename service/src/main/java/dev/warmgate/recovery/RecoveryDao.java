package dev.warmgate.recovery;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.factor.FactorResetDao;
import dev.warmgate.mail.MailOutbox;
import dev.warmgate.proof.ProofDao;
import dev.warmgate.revocation.RevocationDao;
import dev.warmgate.session.LoginDao;
import dev.warmgate.session.PasswordChangeDao;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Replaces forgotten passwords. */
public interface RecoveryDao {
  /**
   * Uses the proof: sets the password, ends every session and opens a new one. It also proves the
   * address; of an account whose address nobody had proven, the factors are forgotten, but of an
   * admin, whom the operator has made. If a factor is left, the password waits for it: the mailbox
   * alone replaces nothing. Changes of address that were asked for before cannot be completed after
   * a new password, since they are bound to the old one.
   */
  @SqlQuery(
      ProofDao.GIVEN
          + """
          , locked AS MATERIALIZED (
            SELECT account.id, account.email_confirmed_at IS NULL AS unproven,
              account.factors > 0
                AND (account.email_confirmed_at IS NOT NULL OR account.role = 'admin') AS protected,
              account.sessions_ended_at, account.password_version
            FROM account JOIN given
              ON account.id = given.account_id AND account.email_key = given.email_key
            WHERE account.disabled_at IS NULL
            FOR NO KEY UPDATE OF account
          ), proven AS (
            UPDATE account SET email_confirmed_at = now()
            FROM locked
            WHERE account.id = locked.id AND unproven AND protected
          ), changed AS (
            UPDATE account
            SET email_confirmed_at = COALESCE(account.email_confirmed_at, now()),
              email = CASE WHEN unproven THEN lower(email COLLATE "C") ELSE email END,
              locale = CASE WHEN NOT unproven THEN account.locale END,
          """
          + PasswordChangeDao.REPLACED
          + """
            FROM locked
            WHERE account.id = locked.id AND NOT protected
            RETURNING account.id, email, account.locale, account.sessions_ended_at, unproven,
              account.password_version
          ), forgotten AS (
            DELETE FROM factor USING changed WHERE factor.account_id = changed.id AND unproven
            RETURNING factor.account_id, factor.confirmed_at
          )
          """
          + FactorResetDao.FORGOTTEN
          + """
          , emptied AS (
            SELECT id AS account_id, sessions_ended_at AS opened_until,
              CAST(NULL AS uuid) AS spared_session, 'password_reset' AS reason, false AS erase
            FROM changed
          ), opening AS (
            SELECT id AS account_id, sessions_ended_at + INTERVAL '1 microsecond' AS opened_at,
              password_version, false AS protected, CAST(NULL AS text) AS waiting_hash
            FROM changed
            UNION ALL
            SELECT id, GREATEST(now(), sessions_ended_at + INTERVAL '1 microsecond'),
              password_version, true, CAST(:passwordHash AS text)
            FROM locked
            WHERE protected
          ), mails AS (
            SELECT 'password-changed' AS kind, id AS account_id, email AS address, locale,
          """
          + MailOutbox.NOTICE
          + """
            FROM changed
            WHERE :tellsOfPassword
            UNION ALL
            SELECT 'factors-reset', id, email, locale,
          """
          + MailOutbox.NOTICE
          + """
            FROM changed JOIN reset ON reset.account_id = changed.id
            WHERE :tellsOfFactors
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
            FROM locked
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
          + FactorResetDao.FORGOTTEN_HAPPENED
          + """
            UNION ALL
          """
          + LoginDao.CHALLENGED
          + ")"
          + AuditDao.RECORDED)
  List<AuditRecord> reset(
      UUID proofId,
      String kind,
      String emailKey,
      String passwordHash,
      @BindMethods LoginDao.Opening session,
      boolean tellsOfPassword,
      boolean tellsOfFactors,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);
}
