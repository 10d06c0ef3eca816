package dev.warmgate.addresschange;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.factor.FactorResetDao;
import dev.warmgate.mail.MailOutbox;
import dev.warmgate.revocation.RevocationDao;
import dev.warmgate.session.ChallengeDao;
import dev.warmgate.session.LoginDao;
import dev.warmgate.session.PasswordChangeDao;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/** Undoes changes of address. */
public interface AddressUndoDao {
  /** A fragment that gives the updated account of {@code locked} its old address back. */
  String ADDRESS_BACK =
      """
        email = wanted, email_key = wanted_key, email_confirmed_at = now(), undeliverable_at = NULL
      """;

  /**
   * Gives the account its old address back. What else happens depends on whether it has always had
   * a second factor since before the change, whichever: whoever has one of its factors now has got
   * it from somebody who had one before. Then the factors and recovery codes stay, and the password
   * waits for one of them, as after a reset by mail; a login or a password that waited before does
   * so no longer. Otherwise all of them are younger than the change and may be a thief's: they are
   * gone, the password is set, every session ends and a new one is opened. The factors of an admin,
   * whom the operator has made, stay in any case.
   *
   * <p>The address that loses the account is told. Later changes cannot be undone any more; if a
   * wrong clock has dated this one after now, no others can.
   */
  @Transaction
  default List<AuditRecord> undo(
      UUID proofId,
      UUID accountId,
      String passwordHash,
      LoginDao.Opening session,
      boolean tellsOfChange,
      boolean tellsOfFactors,
      boolean tellsOfDeletion,
      MailOutbox mail,
      AuditContext origin) {
    var _ = lock(accountId);
    return undoLocked(
        proofId,
        accountId,
        passwordHash,
        session,
        tellsOfChange,
        tellsOfFactors,
        tellsOfDeletion,
        mail,
        origin);
  }

  /** A statement that waits does not see the factors that were made meanwhile. */
  @SqlQuery("SELECT id FROM account WHERE id = :accountId FOR UPDATE")
  Optional<UUID> lock(UUID accountId);

  /** Undoes a change for {@link #undo}. */
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
        SELECT account.id, account.email AS lost, given.address AS wanted,
          given.email_key AS wanted_key, true AS taken_back, account.locale,
          account.sessions_ended_at, account.password_version,
          account.factors > 0 AND (account.role = 'admin' OR given.created_at > COALESCE(
            account.protected_since,
            (SELECT min(confirmed_at) FROM factor WHERE factor.account_id = account.id)))
            AS protected
        FROM account JOIN given ON account.id = given.account_id
        WHERE account.disabled_at IS NULL
        FOR UPDATE OF account
      )
      """
          + AddressChangeDao.VACATED
          + """
          , returned AS (
            UPDATE account SET
          """
          + ADDRESS_BACK
          + """
            FROM locked
            WHERE account.id = locked.id AND protected AND
          """
          + AddressChangeDao.FREE
          + """
            RETURNING account.id
          ), changed AS (
            UPDATE account SET
          """
          + ADDRESS_BACK
          + ","
          + PasswordChangeDao.REPLACED
          + """
            FROM locked
            WHERE account.id = locked.id AND NOT protected AND
          """
          + AddressChangeDao.FREE
          + """
            RETURNING account.id, account.sessions_ended_at, account.password_version
          ), undone AS (
            SELECT id, locale, lost, wanted
            FROM locked
            WHERE id IN (SELECT id FROM returned UNION ALL SELECT id FROM changed)
          ), readdressed AS (
            SELECT id FROM undone
          ), forgotten AS (
            DELETE FROM factor USING changed WHERE factor.account_id = changed.id
            RETURNING factor.account_id, factor.confirmed_at
          )
          """
          + FactorResetDao.FORGOTTEN
          + ChallengeDao.VOIDED
          + """
          , emptied AS (
            SELECT id AS account_id, sessions_ended_at AS opened_until,
              CAST(NULL AS uuid) AS spared_session, 'address_change_undone' AS reason,
              false AS erase
            FROM changed
            UNION ALL
            SELECT id, CAST('infinity' AS timestamptz), CAST(NULL AS uuid), 'address_proven', true
            FROM vacated
          ), opening AS (
            SELECT id AS account_id, sessions_ended_at + INTERVAL '1 microsecond' AS opened_at,
              password_version, false AS protected, CAST(NULL AS text) AS waiting_hash
            FROM changed
            UNION ALL
            SELECT id, GREATEST(now(), sessions_ended_at + INTERVAL '1 microsecond'),
              password_version, true, CAST(:passwordHash AS text)
            FROM locked
            WHERE id IN (SELECT id FROM returned)
          ), mails AS (
            SELECT 'address-change-undone' AS kind, id AS account_id, lost AS address, locale,
              jsonb_build_object('old_email', lost, 'new_email', wanted) AS parameters,
              CAST(NULL AS uuid) AS request_id, CAST(NULL AS text) AS key_id,
              INTERVAL '1 day' AS lifetime
            FROM undone
            WHERE :tellsOfChange
            UNION ALL
            SELECT 'factors-reset', id, wanted, locale,
          """
          + MailOutbox.NOTICE
          + """
            FROM undone JOIN reset ON reset.account_id = undone.id
            WHERE :tellsOfFactors
            UNION ALL
            SELECT 'account-deleted', vacated.id, vacated.email, undone.locale,
              CAST('{}' AS jsonb), CAST(NULL AS uuid), CAST(NULL AS text), INTERVAL '1 day'
            FROM vacated CROSS JOIN undone
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
            FROM undone
            UNION ALL
            SELECT 'address_change.refused', id, CAST(NULL AS uuid),
              jsonb_build_object('reason', 'taken')
            FROM locked
            WHERE NOT EXISTS (SELECT FROM undone)
            UNION ALL
            SELECT 'email.confirmed', id, CAST(NULL AS uuid), jsonb_build_object('by', 'undo')
            FROM undone
            UNION ALL
            SELECT 'user.updated', id, CAST(NULL AS uuid), jsonb_build_object('changed', 'email')
            FROM undone
            UNION ALL
            SELECT 'user.updated', id, CAST(NULL AS uuid), jsonb_build_object('changed', 'password')
            FROM changed
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
  List<AuditRecord> undoLocked(
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
