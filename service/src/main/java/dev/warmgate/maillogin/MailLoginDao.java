package dev.warmgate.maillogin;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.factor.FactorResetDao;
import dev.warmgate.mail.MailOutbox;
import dev.warmgate.proof.NewProof;
import dev.warmgate.proof.ProofDao;
import dev.warmgate.revocation.RevocationDao;
import dev.warmgate.session.LoginDao;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** Opens sessions for those who have proven their address. */
public interface MailLoginDao {
  /**
   * Asks for the proof of an address, with which its owner signs in, or without an account
   * registers. The same rows are written in both cases.
   *
   * @param newAccountId of an account that is created by it
   */
  @SqlQuery(
      ProofDao.ASKED
          + """
          , owner AS (
            SELECT id, email, locale, disabled_at FROM account WHERE email_key = :emailKey
          ), made AS (
            INSERT INTO proof (
          """
          + ProofDao.COLUMNS
          + """
              , address, email_key, account_id, redirect_to, user_metadata, new_account_id)
            SELECT :proof.id, CASE WHEN owner.id IS NULL THEN 'confirm' ELSE :proof.kind END,
              :proof.linkHash, :proof.keyId, :proof.codeMac,
              now() + :proof.codeSeconds * INTERVAL '1 s', now() + :proof.seconds * INTERVAL '1 s',
              :proof.supabase, CAST(:proof.codeChallenge AS text),
              COALESCE(owner.email, :email), :emailKey, owner.id, CAST(:redirectTo AS text),
              CAST(:userMetadata AS jsonb), :newAccountId
            FROM asked LEFT JOIN owner ON true
            RETURNING id, kind
          ), mails AS (
            SELECT made.kind, owner.id AS account_id, COALESCE(owner.email, :email) AS address,
              owner.locale,
              jsonb_strip_nulls(jsonb_build_object('redirect_to', CAST(:redirectTo AS text)))
                AS parameters,
              made.id AS request_id, :proof.keyId AS key_id,
              CASE WHEN owner.disabled_at IS NULL THEN :proof.seconds * INTERVAL '1 s' END AS lifetime
            FROM made LEFT JOIN owner ON true
          )
          """
          + MailOutbox.QUEUED
          + """
          , happened AS (
            SELECT 'email_login.requested' AS event, owner.id AS account_id,
              CAST(NULL AS uuid) AS session_id, CAST('{}' AS jsonb) AS details
            FROM made LEFT JOIN owner ON true
          )
          """
          + AuditDao.RECORDED)
  List<AuditRecord> askOrRegister(
      String emailKey,
      String email,
      UUID newAccountId,
      String userMetadata,
      @Nullable String redirectTo,
      @BindMethods("proof") NewProof proof,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);

  /**
   * Uses the proof and opens a session. If it is the first proof of the account's address, a
   * stranger may have registered it: then the password and the factors are forgotten and every
   * other session ends. Of an admin, whom the operator has made, a factor is asked for instead.
   */
  @SqlQuery(
      ProofDao.GIVEN
          + """
          , locked AS MATERIALIZED (
            SELECT account.id, account.email_confirmed_at IS NULL AS unproven,
              account.sessions_ended_at, account.password_version,
              account.factors > 0
                AND (account.email_confirmed_at IS NOT NULL OR account.role = 'admin') AS protected
            FROM account JOIN given
              ON account.id = given.account_id AND account.email_key = given.email_key
            WHERE account.disabled_at IS NULL
            FOR NO KEY UPDATE OF account
          ), proven AS (
            UPDATE account SET email_confirmed_at = now()
            FROM locked
            WHERE account.id = locked.id AND unproven AND protected
          ), claimed AS (
            UPDATE account
            SET email_confirmed_at = now(), email = lower(email COLLATE "C"), password_hash = NULL,
              password_version = account.password_version + 1, locale = NULL, spared_session = NULL,
          """
          + RevocationDao.END_ALL_SESSIONS
          + """
            FROM locked
            WHERE account.id = locked.id AND unproven AND NOT protected
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
          ), opening AS (
            SELECT locked.id AS account_id,
              GREATEST(now(), INTERVAL '1 microsecond'
                + COALESCE(claimed.sessions_ended_at, locked.sessions_ended_at)) AS opened_at,
              COALESCE(claimed.password_version, locked.password_version) AS password_version,
              locked.protected, CAST(NULL AS text) AS waiting_hash
            FROM locked LEFT JOIN claimed ON claimed.id = locked.id
          )
          """
          + RevocationDao.OF_ALL_SESSIONS
          + LoginDao.OPENED
          + """
          , happened AS (
            SELECT 'session.started' AS event, account_id, id AS session_id,
              jsonb_build_object('by', 'mail') AS details
            FROM opened
            UNION ALL
          """
          + LoginDao.CHALLENGED
          + """
            UNION ALL
            SELECT 'email.confirmed', id, CAST(NULL AS uuid), jsonb_build_object('by', 'sign-in')
            FROM locked
            WHERE unproven
            UNION ALL
            SELECT 'user.updated', id, CAST(NULL AS uuid), jsonb_build_object('changed', 'password')
            FROM claimed
            UNION ALL
          """
          + FactorResetDao.FORGOTTEN_HAPPENED
          + """
            UNION ALL
          """
          + RevocationDao.ALL_SESSIONS_ENDED
          + ")"
          + AuditDao.RECORDED)
  List<AuditRecord> open(
      UUID proofId,
      String kind,
      String emailKey,
      @BindMethods LoginDao.Opening session,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);
}
