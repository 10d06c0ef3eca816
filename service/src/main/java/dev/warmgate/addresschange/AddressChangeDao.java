package dev.warmgate.addresschange;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.MailOutbox;
import dev.warmgate.proof.NewProof;
import dev.warmgate.proof.ProofDao;
import dev.warmgate.proof.Unproven;
import dev.warmgate.revocation.RevocationDao;
import dev.warmgate.session.ChallengeDao;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** Asks both addresses and, when they have confirmed, changes the address of the account. */
public interface AddressChangeDao {
  /**
   * Deletes the account whose address the {@code locked} one is to have, if nobody has ever proven
   * it: an unproven address reserves nothing. One that is in use stays, unless {@code locked} takes
   * back what was its own.
   */
  String VACATED =
      """
      , vacated AS (
        DELETE FROM account
        USING locked
        WHERE account.email_key = locked.wanted_key AND account.id <> locked.id AND
      """
          + Unproven.ACCOUNT
          + " AND (taken_back OR "
          + Unproven.NEVER_USED
          + """
          )
            RETURNING account.id, account.email
          )
          """;

  /** A condition on {@code locked}, true once the address is free; it makes VACATED run first. */
  String FREE =
      """
        NOT EXISTS (
          SELECT FROM account AS holder
          WHERE holder.email_key = locked.wanted_key AND holder.id <> locked.id
            AND holder.id NOT IN (SELECT id FROM vacated))
      """;

  /**
   * Asks the new address and, if it was ever proven, the current one. If the new address belongs to
   * an account that is proven or in use, its owner is told instead.
   *
   * @param passwordChanges how many new passwords the account is about to get which must not end
   *     the change
   * @param proof for the new address
   * @param current for the current one
   */
  @SqlQuery(
      ProofDao.ASKED
          + """
          , asking AS (
            SELECT account.id, email, account.email_key, locale,
              password_version + :passwordChanges AS password_version,
              email_confirmed_at IS NOT NULL AS proven
            FROM account CROSS JOIN asked
            WHERE account.id = :accountId AND disabled_at IS NULL
          ), holder AS (
            SELECT email, locale, disabled_at
            FROM account
            WHERE email_key = :emailKey AND NOT (
          """
          + Unproven.ACCOUNT
          + " AND "
          + Unproven.NEVER_USED
          + """
            )
          ), made AS (
            INSERT INTO proof (
          """
          + ProofDao.COLUMNS
          + """
              , address, email_key, account_id, redirect_to, new_email, new_email_key, other_half,
              password_version)
            SELECT
          """
          + ProofDao.VALUES
          + """
              , :email, :emailKey, asking.id, CAST(:redirectTo AS text), :email, :emailKey,
              CASE WHEN proven THEN :current.id END, password_version
            FROM asking
          ), made_current AS (
            INSERT INTO proof (
          """
          + ProofDao.COLUMNS
          + """
              , address, email_key, account_id, redirect_to, new_email, new_email_key, other_half,
              password_version)
            SELECT :current.id, :current.kind, :current.linkHash, :current.keyId, :current.codeMac,
              now() + :current.codeSeconds * INTERVAL '1 s',
              now() + :current.seconds * INTERVAL '1 s',
              :current.supabase, CAST(:current.codeChallenge AS text),
              asking.email, asking.email_key, asking.id, CAST(:redirectTo AS text), :email, :emailKey,
              :proof.id, password_version
            FROM asking
            WHERE proven
          ), mails AS (
            SELECT CASE WHEN holder.email IS NOT NULL THEN 'already-registered'
                ELSE :proof.kind END AS kind,
              asking.id AS account_id, COALESCE(holder.email, :email) AS address,
              CASE WHEN holder.email IS NOT NULL THEN holder.locale ELSE asking.locale END AS locale,
              CASE WHEN holder.email IS NOT NULL THEN CAST('{}' AS jsonb)
                ELSE jsonb_build_object('new_email', :email, 'old_email', asking.email) END
                AS parameters,
              CASE WHEN holder.email IS NULL THEN :proof.id END AS request_id,
              CASE WHEN holder.email IS NULL THEN :proof.keyId END AS key_id,
              CASE WHEN holder.disabled_at IS NULL THEN :proof.seconds * INTERVAL '1 s' END AS lifetime
            FROM asking LEFT JOIN holder ON true
            UNION ALL
            SELECT :current.kind, asking.id, asking.email, asking.locale,
              jsonb_build_object('new_email', :email, 'old_email', asking.email),
              :current.id, :current.keyId, :current.seconds * INTERVAL '1 s'
            FROM asking
            WHERE proven
          )
          """
          + MailOutbox.QUEUED
          + """
          , happened AS (
            SELECT 'address_change.requested' AS event, id AS account_id,
              CAST(NULL AS uuid) AS session_id, CAST('{}' AS jsonb) AS details
            FROM asking
          )
          """
          + AuditDao.RECORDED)
  List<AuditRecord> ask(
      UUID accountId,
      String emailKey,
      String email,
      @Nullable String redirectTo,
      int passwordChanges,
      @BindMethods("proof") NewProof proof,
      @BindMethods("current") NewProof current,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);

  /**
   * Uses one half of a change; with the last one, the address changes and the old one is told, as
   * is the new one if an account was deleted for it. Nothing changes if the password or the address
   * was replaced since, even if the old address is back, so that no address is replaced whose owner
   * has not agreed; or if the new address is taken. A change that was made by a clock which was
   * ahead hinders none. It is later than the protection by a factor that it finds, whatever the
   * clock says, because undoing it depends on their order.
   *
   * @param otherHalf the same as {@code proofId} if there is none
   * @param proof with which the old address can undo the change
   * @param tellsOfChange whether the old address is told
   * @param tellsOfDeletion whether the new address is told
   */
  @SqlQuery(
      """
      WITH pair AS MATERIALIZED (
        SELECT id, kind, email_key, account_id, new_email, new_email_key, other_half,
          password_version, used_at, created_at, expires_at
        FROM proof
        WHERE id IN (:proofId, :otherHalf)
        ORDER BY id
        FOR UPDATE
      ), given AS (
        SELECT * FROM pair WHERE id = :proofId AND used_at IS NULL AND expires_at > now()
      ), used AS (
        UPDATE proof SET used_at = now() FROM given WHERE proof.id = given.id
      ), whole AS (
        SELECT given.*, (SELECT email_key FROM pair WHERE kind = 'change-address-current') AS old_key
        FROM given
        WHERE other_half IS NULL
          OR EXISTS (SELECT FROM pair WHERE pair.id = given.other_half AND pair.used_at IS NOT NULL)
      ), locked AS MATERIALIZED (
        SELECT account.id, account.email AS old_email, account.email_key AS old_key,
          account.locale, whole.new_email AS wanted, whole.new_email_key AS wanted_key,
          false AS taken_back
        FROM account JOIN whole ON account.id = whole.account_id
          AND account.password_version = whole.password_version
        WHERE account.disabled_at IS NULL
          AND CASE WHEN whole.old_key IS NULL THEN account.email_confirmed_at IS NULL
            ELSE account.email_key = whole.old_key END
          AND NOT EXISTS (
            SELECT FROM proof AS completed
            WHERE completed.account_id = account.id AND completed.kind = 'address-changed'
              AND completed.created_at > whole.created_at
              AND completed.created_at <= clock_timestamp())
        FOR UPDATE OF account
      )
      """
          + VACATED
          + """
          , changed AS (
            UPDATE account
            SET email = wanted, email_key = wanted_key, email_confirmed_at = now(),
              undeliverable_at = NULL
            FROM locked
            WHERE account.id = locked.id AND
          """
          + FREE
          + """
            RETURNING account.id, old_email, old_key, account.locale, wanted, protected_since
          ), readdressed AS (
            SELECT id FROM changed
          )
          """
          + ChallengeDao.VOIDED
          + """
          , undoing AS (
            INSERT INTO proof (
          """
          + ProofDao.COLUMNS
          + """
              , address, email_key, account_id, new_email, created_at)
            SELECT
          """
          + ProofDao.VALUES
          + """
              , old_email, old_key, changed.id, wanted,
              GREATEST(clock_timestamp(), protected_since + INTERVAL '1 microsecond')
            FROM changed
          ), mails AS (
            SELECT :proof.kind AS kind, id AS account_id, old_email AS address, locale,
              jsonb_build_object('old_email', old_email, 'new_email', wanted) AS parameters,
              :proof.id AS request_id, :proof.keyId AS key_id,
              :proof.seconds * INTERVAL '1 s' AS lifetime
            FROM changed
            WHERE :tellsOfChange
            UNION ALL
            SELECT 'account-deleted', vacated.id, vacated.email, changed.locale,
              CAST('{}' AS jsonb), CAST(NULL AS uuid), CAST(NULL AS text), INTERVAL '1 day'
            FROM vacated CROSS JOIN changed
            WHERE :tellsOfDeletion
          )
          """
          + MailOutbox.NOTICED
          + """
          , emptied AS (
            SELECT id AS account_id, CAST('infinity' AS timestamptz) AS opened_until,
              CAST(NULL AS uuid) AS spared_session, 'address_proven' AS reason, true AS erase
            FROM vacated
          )
          """
          + RevocationDao.OF_ALL_SESSIONS
          + """
          , happened AS (
            SELECT 'address_change.confirmed' AS event, account_id, CAST(NULL AS uuid) AS session_id,
              CAST('{}' AS jsonb) AS details
            FROM given
            UNION ALL
            SELECT 'address_change.refused', account_id, CAST(NULL AS uuid),
              jsonb_build_object('reason',
                CASE WHEN EXISTS (SELECT FROM locked) THEN 'taken' ELSE 'outdated' END)
            FROM whole
            WHERE NOT EXISTS (SELECT FROM changed)
            UNION ALL
            SELECT 'address.changed', id, CAST(NULL AS uuid), CAST('{}' AS jsonb) FROM changed
            UNION ALL
            SELECT 'email.confirmed', id, CAST(NULL AS uuid),
              jsonb_build_object('by', 'change-address')
            FROM changed
            UNION ALL
            SELECT 'user.updated', id, CAST(NULL AS uuid), jsonb_build_object('changed', 'email')
            FROM changed
            UNION ALL
            SELECT 'user.deleted', id, CAST(NULL AS uuid),
              jsonb_build_object('reason', 'address_proven')
            FROM vacated
            UNION ALL
          """
          + RevocationDao.ALL_SESSIONS_ENDED
          + ")"
          + AuditDao.RECORDED)
  List<AuditRecord> confirm(
      UUID proofId,
      UUID otherHalf,
      boolean tellsOfChange,
      boolean tellsOfDeletion,
      @BindMethods("proof") NewProof proof,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);
}
