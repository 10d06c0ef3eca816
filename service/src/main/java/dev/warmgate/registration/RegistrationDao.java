package dev.warmgate.registration;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.factor.FactorResetDao;
import dev.warmgate.mail.MailOutbox;
import dev.warmgate.proof.NewProof;
import dev.warmgate.proof.ProofDao;
import dev.warmgate.proof.Unproven;
import dev.warmgate.revocation.RevocationDao;
import dev.warmgate.session.LoginDao;
import dev.warmgate.session.PasswordChangeDao;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** Registrations that need a proof of their address. Until then there is no account. */
public interface RegistrationDao {
  /**
   * What somebody wants to register with.
   *
   * @param userMetadata a JSON object, if anything is set
   * @param newAccountId the id that the account is to have, if it was told
   */
  record Wanted(
      String emailKey,
      String email,
      @Nullable String passwordHash,
      @Nullable String locale,
      @Nullable String redirectTo,
      @Nullable String userMetadata,
      @Nullable UUID newAccountId) {
    @Override
    public String toString() {
      return "Wanted[…]";
    }
  }

  /**
   * Whether the address belongs to an account whose owner has proven it, to a disabled one, or to
   * an admin, whom the operator has made.
   */
  @SqlQuery(
      """
      SELECT EXISTS (
        SELECT FROM account
        WHERE email_key = :emailKey
          AND (email_confirmed_at IS NOT NULL OR disabled_at IS NOT NULL OR role = 'admin'))
      """)
  boolean isTaken(String emailKey);

  /**
   * Whether another registration of the same address, with another password or with none, was not
   * confirmed, so that a code of its mails does not tell whose password it is. One that has run out
   * counts, too: its owner may not have noticed. One that never was good does not.
   */
  @SqlQuery(
      """
      SELECT EXISTS (
        SELECT FROM proof
        WHERE email_key = :emailKey AND kind = 'confirm' AND used_at IS NULL
          AND expires_at > created_at
          AND password_hash IS DISTINCT FROM CAST(:passwordHash AS text))
      """)
  boolean isDisputed(String emailKey, @Nullable String passwordHash);

  /**
   * Asks for the proof of an address, or of an invitation. If the address is taken, its owner is
   * told instead; the same rows are written.
   */
  @SqlQuery(
      ProofDao.ASKED
          + """
          , holder AS (
            SELECT id, email, locale, disabled_at,
              email_confirmed_at IS NOT NULL OR disabled_at IS NOT NULL AS taken
            FROM account
            WHERE email_key = :emailKey
          ), made AS (
            INSERT INTO proof (
          """
          + ProofDao.COLUMNS
          + """
              , address, email_key, password_hash, locale, redirect_to, user_metadata,
              new_account_id)
            SELECT
          """
          + ProofDao.VALUES
          + """
              , :email, :emailKey, CAST(:passwordHash AS text), CAST(:locale AS text),
              CAST(:redirectTo AS text), CAST(:userMetadata AS jsonb), CAST(:newAccountId AS uuid)
            FROM asked
            RETURNING id
          ), mails AS (
            SELECT CASE WHEN taken THEN 'already-registered' ELSE :proof.kind END AS kind,
              holder.id AS account_id, CASE WHEN taken THEN holder.email ELSE :email END AS address,
              CASE WHEN taken THEN holder.locale ELSE CAST(:locale AS text) END AS locale,
              jsonb_strip_nulls(jsonb_build_object('redirect_to', CAST(:redirectTo AS text)))
                AS parameters,
              CASE WHEN taken THEN NULL ELSE made.id END AS request_id,
              CASE WHEN taken THEN NULL ELSE :proof.keyId END AS key_id,
              CASE WHEN holder.disabled_at IS NULL THEN :proof.seconds * INTERVAL '1 s' END AS lifetime
            FROM made LEFT JOIN holder ON true
          )
          """
          + MailOutbox.QUEUED
          + """
          , happened AS (
            SELECT CAST(:event AS text) AS event, holder.id AS account_id,
              CAST(NULL AS uuid) AS session_id, CAST('{}' AS jsonb) AS details
            FROM made LEFT JOIN holder ON true
          )
          """
          + AuditDao.RECORDED)
  List<AuditRecord> ask(
      @BindMethods Wanted wanted,
      String event,
      @BindMethods("proof") NewProof proof,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);

  /**
   * Uses the proof of an address: creates its account, or takes over one that was registered
   * without a proof. Nothing that was set there before stays: neither the password nor any session
   * or factor, nor what the registration set, unless its own client completes it. An account of a
   * mailbox that only counts as the same address, as {@code straße@} and {@code strasse@} do, is
   * not taken over: it is deleted, or the proof refused if that account is in use. Nor is that of
   * an admin, whom the operator has made: a factor is asked for, or the proof refused if there is
   * none; they prove their address by what sets their own password. It fails if the account is
   * being registered at the same time, and takes it over when repeated.
   *
   * @param passwordHash {@code null} for an account without a password
   * @param own whether the client that registered completes it; otherwise its language and its
   *     spelling of the address are a stranger's
   */
  @SqlQuery(
      ProofDao.GIVEN
          + """
          , wanted AS (
            SELECT address, email_key, user_metadata, new_account_id,
              CASE WHEN :own THEN address ELSE lower(address COLLATE "C") END AS email,
              CASE WHEN :own THEN locale END AS locale
            FROM given
          ), holder AS MATERIALIZED (
            SELECT account.id, account.email_confirmed_at, account.disabled_at,
              account.sessions_ended_at, account.password_version,
              account.email_confirmed_at IS NULL AND account.disabled_at IS NULL
                AND account.factors > 0 AND account.role = 'admin' AS protected,
              account.role = 'admin' AS made_by_operator,
              lower(account.email COLLATE "C") = lower(address COLLATE "C") AS of_mailbox
            FROM account JOIN wanted ON account.email_key = wanted.email_key
            FOR NO KEY UPDATE OF account
          ), vacated AS (
            DELETE FROM account
            USING holder
            WHERE account.id = holder.id AND NOT of_mailbox AND
          """
          + Unproven.ACCOUNT
          + " AND "
          + Unproven.NEVER_USED
          + """
            RETURNING account.id
          ), created AS (
            INSERT INTO account
              (id, email, email_key, password_hash, role, locale, email_confirmed_at, user_metadata)
            SELECT COALESCE(new_account_id, :accountId), email, email_key,
              CAST(:passwordHash AS text), 'user', locale, now(),
              COALESCE(user_metadata, '{}')
            FROM wanted
            WHERE NOT EXISTS (SELECT FROM holder WHERE id NOT IN (SELECT id FROM vacated))
            RETURNING id
          ), proven AS (
            UPDATE account SET email_confirmed_at = now()
            FROM holder
            WHERE account.id = holder.id AND of_mailbox AND protected
            RETURNING account.id, holder.sessions_ended_at, holder.password_version
          ), claimed AS (
            UPDATE account
            SET email = wanted.email, locale = wanted.locale, email_confirmed_at = now(),
              undeliverable_at = NULL,
              user_metadata = COALESCE(wanted.user_metadata, '{}'),
          """
          + PasswordChangeDao.REPLACED
          + """
            FROM holder CROSS JOIN wanted
            WHERE account.id = holder.id AND of_mailbox AND holder.email_confirmed_at IS NULL
              AND holder.disabled_at IS NULL AND NOT made_by_operator
            RETURNING account.id, account.email, account.locale, account.sessions_ended_at,
              account.password_version
          )
          """
          + FactorResetDao.FORGOTTEN_BY_FIRST_PROOF
          + """
          , emptied AS (
            SELECT id AS account_id, sessions_ended_at AS opened_until,
              CAST(NULL AS uuid) AS spared_session, 'address_proven' AS reason, false AS erase
            FROM claimed
            UNION ALL
            SELECT id, CAST('infinity' AS timestamptz), CAST(NULL AS uuid), 'address_proven', true
            FROM vacated
          ), opening AS (
            SELECT id AS account_id, now() AS opened_at, 1 AS password_version, false AS protected,
              CAST(NULL AS text) AS waiting_hash
            FROM created
            UNION ALL
            SELECT id, sessions_ended_at + INTERVAL '1 microsecond', password_version, false,
              CAST(NULL AS text)
            FROM claimed
            UNION ALL
            SELECT id, GREATEST(now(), sessions_ended_at + INTERVAL '1 microsecond'),
              password_version, true, CAST(:passwordHash AS text)
            FROM proven
          )
          """
          + RevocationDao.OF_ALL_SESSIONS
          + LoginDao.OPENED
          + """
          , happened AS (
            SELECT 'email.confirmed' AS event, account_id, CAST(NULL AS uuid) AS session_id,
              jsonb_build_object('by', CAST(:kind AS text)) AS details
            FROM opening
            UNION ALL
            SELECT 'user.registered', id, CAST(NULL AS uuid), CAST('{}' AS jsonb) FROM created
            UNION ALL
            SELECT 'user.updated', id, CAST(NULL AS uuid), jsonb_build_object('changed', 'password')
            FROM claimed
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
  List<AuditRecord> complete(
      UUID proofId,
      String kind,
      String emailKey,
      UUID accountId,
      @Nullable String passwordHash,
      boolean own,
      @BindMethods LoginDao.Opening session,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);
}
