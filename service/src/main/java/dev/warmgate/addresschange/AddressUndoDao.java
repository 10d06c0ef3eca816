package dev.warmgate.addresschange;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.factor.FactorResetDao;
import dev.warmgate.mail.MailOutbox;
import dev.warmgate.revocation.RevocationDao;
import dev.warmgate.session.LoginDao;
import dev.warmgate.session.PasswordChangeDao;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Undoes changes of address. */
public interface AddressUndoDao {
  /**
   * Gives the account its old address back, sets the password, ends every session and opens a new
   * one, if wanted. Factors and recovery codes that were made since the change are gone: they are
   * not the owner's. The address that loses the account is told. Later changes cannot be undone any
   * more; if a wrong clock has dated this one after now, no others can.
   */
  @SqlQuery(
      """
      WITH unused AS MATERIALIZED (
        SELECT id, address, email_key, account_id, created_at, expires_at
        FROM proof
        WHERE account_id = :accountId AND kind = 'address-changed' AND used_at IS NULL
        ORDER BY id
        FOR UPDATE
      ), given AS (
        SELECT * FROM unused WHERE id = :proofId AND expires_at > now()
      ), used AS (
        UPDATE proof SET used_at = now()
        FROM unused CROSS JOIN given
        WHERE proof.id = unused.id
          AND (unused.created_at >= given.created_at OR given.created_at > clock_timestamp())
      ), locked AS MATERIALIZED (
        SELECT account.id, account.email AS lost, given.address AS wanted, given.email_key AS wanted_key,
          true AS taken_back
        FROM account JOIN given ON account.id = given.account_id
        WHERE account.disabled_at IS NULL
        FOR UPDATE OF account
      )
      """
          + AddressChangeDao.VACATED
          + """
          , changed AS (
            UPDATE account
            SET email = wanted, email_key = wanted_key, email_confirmed_at = now(),
              undeliverable_at = NULL,
          """
          + PasswordChangeDao.REPLACED
          + """
            FROM locked
            WHERE account.id = locked.id AND
          """
          + AddressChangeDao.FREE
          + """
            RETURNING account.id, account.locale, lost, wanted, sessions_ended_at, password_version
          ), forgotten AS (
            DELETE FROM factor USING changed CROSS JOIN given
            WHERE factor.account_id = changed.id
              AND (confirmed_at IS NULL OR confirmed_at > given.created_at)
            RETURNING factor.account_id, factor.confirmed_at
          )
          """
          + FactorResetDao.FORGOTTEN
          + """
          , forgotten_codes AS (
            DELETE FROM recovery_set USING changed CROSS JOIN given
            WHERE recovery_set.account_id = changed.id
              AND recovery_set.created_at > given.created_at
          ), emptied AS (
            SELECT id AS account_id, sessions_ended_at AS opened_until,
              CAST(NULL AS uuid) AS spared_session, 'address_change_undone' AS reason,
              false AS erase
            FROM changed
            UNION ALL
            SELECT id, CAST('infinity' AS timestamptz), CAST(NULL AS uuid), 'address_proven', true
            FROM vacated
          ), opening AS (
            SELECT changed.id AS account_id,
              sessions_ended_at + INTERVAL '1 microsecond' AS opened_at, password_version,
              EXISTS (
                SELECT FROM factor
                WHERE factor.account_id = changed.id AND confirmed_at <= given.created_at)
                AS protected, CAST(NULL AS text) AS waiting_hash
            FROM changed CROSS JOIN given
          ), mails AS (
            SELECT 'address-change-undone' AS kind, id AS account_id, lost AS address, locale,
              jsonb_build_object('old_email', lost, 'new_email', wanted) AS parameters,
              CAST(NULL AS uuid) AS request_id, CAST(NULL AS text) AS key_id,
              INTERVAL '1 day' AS lifetime
            FROM changed
            WHERE :tellsOfChange
            UNION ALL
            SELECT 'factors-reset', id, wanted, locale,
          """
          + MailOutbox.NOTICE
          + """
            FROM changed JOIN reset ON reset.account_id = changed.id
            WHERE :tellsOfFactors
            UNION ALL
            SELECT 'account-deleted', vacated.id, vacated.email, changed.locale,
              CAST('{}' AS jsonb), CAST(NULL AS uuid), CAST(NULL AS text), INTERVAL '1 day'
            FROM vacated CROSS JOIN changed
            WHERE :tellsOfDeletion
          )
          """
          + MailOutbox.NOTICED
          + RevocationDao.OF_ALL_SESSIONS
          + LoginDao.OPENED
          + """
          , happened AS (
            SELECT 'address_change.undone' AS event, id AS account_id,
              CAST(NULL AS uuid) AS session_id, CAST('{}' AS jsonb) AS details
            FROM changed
            UNION ALL
            SELECT 'address_change.refused', id, CAST(NULL AS uuid),
              jsonb_build_object('reason', 'taken')
            FROM locked
            WHERE NOT EXISTS (SELECT FROM changed)
            UNION ALL
            SELECT 'email.confirmed', id, CAST(NULL AS uuid), jsonb_build_object('by', 'undo')
            FROM changed
            UNION ALL
            SELECT 'user.updated', id, CAST(NULL AS uuid), jsonb_build_object('changed', what)
            FROM changed CROSS JOIN (VALUES ('email'), ('password')) AS replaced (what)
            UNION ALL
            SELECT 'user.deleted', id, CAST(NULL AS uuid),
              jsonb_build_object('reason', 'address_proven')
            FROM vacated
            UNION ALL
          """
          + FactorResetDao.FORGOTTEN_HAPPENED
          + """
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
  List<AuditRecord> undo(
      UUID proofId,
      UUID accountId,
      String passwordHash,
      @BindMethods LoginDao.Opening session,
      boolean tellsOfChange,
      boolean tellsOfFactors,
      boolean tellsOfDeletion,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);
}
