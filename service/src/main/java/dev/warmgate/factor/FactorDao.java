package dev.warmgate.factor;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.MailOutbox;
import dev.warmgate.revocation.RevocationDao;
import dev.warmgate.session.AssuranceDao;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.transaction.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * Enrols, confirms, lists and removes factors. A trigger counts the confirmed ones of an account,
 * whoever adds or removes them; statements that depend on the count lock the account first.
 */
public interface FactorDao {
  /** How long a factor waits for its confirmation. */
  int UNCONFIRMED_SECONDS = 300;

  /** Confirmed and unconfirmed ones of an account. */
  int MOST = 10;

  /**
   * Locks the row of an account, before a statement of the same transaction that counts or replaces
   * what belongs to it: a statement that waits does not see what was added meanwhile.
   */
  String LOCKED = "SELECT id FROM account WHERE id = :accountId FOR NO KEY UPDATE";

  /** A fragment that selects the events of {@code removed(id, account_id, kind, confirmed_at)}. */
  String REMOVED =
      """
        SELECT 'factor.removed' AS event, account_id, CAST(NULL AS uuid) AS session_id,
          jsonb_build_object('factor_id', id, 'kind', kind,
            'confirmed', confirmed_at IS NOT NULL) AS details
        FROM removed
      """;

  /** A factor as its owner sees it; one without {@code confirmedAt} counts for nothing. */
  record Listed(
      UUID id,
      String kind,
      String name,
      Instant createdAt,
      @Nullable Instant confirmedAt,
      @Nullable Instant lastUsedAt) {}

  /** A TOTP, to check a code. */
  record StoredTotp(
      UUID id,
      byte[] encryptedSecret,
      String encryptionKeyId,
      String algorithm,
      int digits,
      int period) {
    FactorSecrets.Sealed sealed() {
      return new FactorSecrets.Sealed(id, encryptedSecret, encryptionKeyId);
    }
  }

  /** The oldest first, without unconfirmed ones that have run out. */
  @SqlQuery(
      """
      SELECT id, kind, name, created_at, confirmed_at, last_used_at
      FROM factor
      WHERE account_id = :accountId
        AND (confirmed_at IS NOT NULL OR created_at > now() - :seconds * INTERVAL '1 s')
      ORDER BY created_at, id
      """)
  List<Listed> list(UUID accountId, int seconds);

  /** Returns the TOTPs of an account that can open its sessions. */
  @SqlQuery(
      """
      SELECT id, encrypted_secret, encryption_key_id, algorithm, digits, period
      FROM factor
      WHERE account_id = :accountId AND kind = 'totp' AND confirmed_at IS NOT NULL
      ORDER BY last_used_at DESC NULLS LAST, id
      """)
  List<StoredTotp> confirmedTotps(UUID accountId);

  /** Returns a TOTP that waits for its confirmation. */
  @SqlQuery(
      """
      SELECT id, encrypted_secret, encryption_key_id, algorithm, digits, period
      FROM factor
      WHERE id = :id AND account_id = :accountId AND kind = 'totp' AND confirmed_at IS NULL
        AND created_at > now() - :seconds * INTERVAL '1 s'
      """)
  Optional<StoredTotp> unconfirmedTotp(UUID id, UUID accountId, int seconds);

  /** Stores a TOTP that waits for its confirmation; returns nothing if there are too many. */
  @Transaction
  default Optional<UUID> enrol(
      UUID accountId, String name, FactorSecrets.Sealed sealed, int seconds, int most) {
    var _ = lock(accountId);
    return enrolLocked(accountId, name, sealed, seconds, most);
  }

  @SqlQuery(LOCKED)
  Optional<UUID> lock(UUID accountId);

  /** Stores a TOTP for {@link #enrol}. */
  @SqlQuery(
      """
      INSERT INTO factor (id, account_id, kind, name, encrypted_secret, encryption_key_id)
      SELECT :sealed.id, account.id, 'totp', :name, :sealed.encrypted, :sealed.encryptionKeyId
      FROM account
      WHERE account.id = :accountId AND disabled_at IS NULL AND (
        SELECT count(*) FROM factor
        WHERE factor.account_id = account.id
          AND (confirmed_at IS NOT NULL OR created_at > now() - :seconds * INTERVAL '1 s')) < :most
      RETURNING id
      """)
  Optional<UUID> enrolLocked(
      UUID accountId,
      String name,
      @BindMethods("sealed") FactorSecrets.Sealed sealed,
      int seconds,
      int most);

  /**
   * That the user of a session has a factor which waits for its confirmation.
   *
   * @param aal of the session: an account with factors gets no other one without them
   * @param method of the factor, as sessions name it
   * @param step of the code, which is used up; 0 for a factor without codes
   */
  record Confirmation(UUID id, UUID accountId, UUID sessionId, int aal, String method, long step) {}

  /**
   * Confirms a factor, and raises the session that did so. With the first factor of an account all
   * other sessions end, since they were opened without it, and the recovery codes are stored: no
   * account has a factor and no way back. Returns no records if it was confirmed already, has run
   * out, or is one too many, or the session has ended.
   */
  @Transaction
  default List<AuditRecord> confirm(
      Confirmation confirmation,
      int seconds,
      int most,
      NewRecoveryCodes codes,
      MailOutbox mail,
      AuditContext origin) {
    var _ = lock(confirmation.accountId());
    return confirmLocked(confirmation, seconds, most, codes, mail, origin);
  }

  /**
   * Confirms a factor for {@link #confirm}. A statement that waits for the account would not see
   * that the session has ended meanwhile, and would bring it back.
   */
  @SqlQuery(
      """
      WITH locked AS MATERIALIZED (
        SELECT id, factors, email, locale, email_confirmed_at
        FROM account
        WHERE id = :accountId AND disabled_at IS NULL AND factors < :most
          AND (factors = 0 OR :aal > 1)
          AND EXISTS (SELECT FROM living_session WHERE living_session.id = :sessionId)
        FOR NO KEY UPDATE
      ), confirmed AS (
        UPDATE factor SET confirmed_at = now(), last_used_at = now(), last_step = :step
        FROM locked
        WHERE factor.id = :id AND factor.account_id = locked.id AND confirmed_at IS NULL
          AND created_at > now() - :seconds * INTERVAL '1 s'
        RETURNING factor.id, factor.account_id, kind
      ), protected AS (
        UPDATE account SET spared_session = :sessionId,
      """
          + RevocationDao.END_ALL_SESSIONS
          + """
            FROM confirmed JOIN locked ON locked.id = confirmed.account_id
            WHERE account.id = locked.id AND locked.factors = 0
            RETURNING account.id, sessions_ended_at
          ), raised AS (
            UPDATE session SET
          """
          + AssuranceDao.RAISED
          + """
            FROM confirmed
            WHERE session.id = :sessionId AND session.account_id = confirmed.account_id
              AND session.ended_at IS NULL
            RETURNING session.id
          ), emptied AS (
            SELECT id AS account_id, sessions_ended_at AS opened_until,
              CAST(:sessionId AS uuid) AS spared_session, 'factor_added' AS reason, false AS erase
            FROM protected
          ), receiving AS (
            SELECT id AS account_id FROM protected
          ), mails AS (
            SELECT 'factor-added' AS kind, locked.id AS account_id, email AS address, locale,
          """
          + MailOutbox.NOTICE
          + """
            FROM locked JOIN confirmed ON confirmed.account_id = locked.id
            WHERE email_confirmed_at IS NOT NULL
          )
          """
          + MailOutbox.NOTICED
          + RevocationDao.OF_ALL_SESSIONS
          + RecoveryCodeDao.STORED
          + """
          , happened AS (
            SELECT 'factor.added' AS event, account_id, CAST(:sessionId AS uuid) AS session_id,
              jsonb_build_object('factor_id', id, 'kind', kind) AS details
            FROM confirmed
            UNION ALL
          """
          + RevocationDao.ALL_SESSIONS_ENDED
          + """
            UNION ALL
          """
          + RecoveryCodeDao.MADE
          + ")"
          + AuditDao.RECORDED)
  List<AuditRecord> confirmLocked(
      @BindMethods Confirmation confirmation,
      int seconds,
      int most,
      @BindMethods NewRecoveryCodes codes,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);

  /**
   * Uses up a time step of a TOTP; of several uses of the same step, on whatever replica, one
   * returns a row.
   */
  @SqlQuery(
      """
      UPDATE factor SET last_step = :step, last_used_at = now()
      WHERE id = :id AND account_id = :accountId AND confirmed_at IS NOT NULL AND last_step < :step
      RETURNING id
      """)
  Optional<UUID> useStep(UUID id, UUID accountId, long step);

  /** Removes a factor for its owner, confirmed or not; returns no records if there is none. */
  @SqlQuery(
      """
      WITH locked AS MATERIALIZED (
        SELECT id, factors, email, locale, email_confirmed_at
        FROM account
        WHERE id = :accountId
        FOR NO KEY UPDATE
      ), removed AS (
        DELETE FROM factor USING locked
        WHERE factor.id = :id AND factor.account_id = locked.id
        RETURNING factor.id, factor.account_id, factor.kind, confirmed_at
      ), mails AS (
        SELECT
          CASE WHEN factors = 1 THEN 'last-factor-removed' ELSE 'factor-removed' END AS kind,
          locked.id AS account_id, email AS address, locale,
      """
          + MailOutbox.NOTICE
          + """
            FROM locked JOIN removed ON removed.account_id = locked.id
            WHERE email_confirmed_at IS NOT NULL AND removed.confirmed_at IS NOT NULL
          )
          """
          + MailOutbox.NOTICED
          + """
          , happened AS (
          """
          + REMOVED
          + ")"
          + AuditDao.RECORDED)
  List<AuditRecord> remove(
      UUID id,
      UUID accountId,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);
}
