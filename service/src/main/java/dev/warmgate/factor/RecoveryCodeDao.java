package dev.warmgate.factor;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.MailOutbox;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/** Recovery codes: made as a set, and used one by one. */
public interface RecoveryCodeDao {
  /**
   * A fragment that stores {@code @BindMethods NewRecoveryCodes}, the set with the codes of {@code
   * :macs} for the account of {@code receiving(account_id)}, if there is one. The codes of a set
   * before are gone already.
   */
  String STORED =
      """
      , made AS (
        INSERT INTO recovery_set (account_id, encrypted_key, encryption_key_id)
        SELECT account_id, :set.encrypted, :set.encryptionKeyId FROM receiving
        ON CONFLICT (account_id) DO UPDATE
        SET encrypted_key = excluded.encrypted_key,
          encryption_key_id = excluded.encryption_key_id, created_at = now()
        RETURNING account_id
      ), codes AS (
        INSERT INTO recovery_code (account_id, mac)
        SELECT account_id, decode(mac, 'hex')
        FROM made CROSS JOIN unnest(string_to_array(:macs, ' ')) AS mac
      )
      """;

  /** A fragment that selects the event of a set that was {@link #STORED}. */
  String MADE =
      """
        SELECT 'recovery_codes.made' AS event, account_id, CAST(NULL AS uuid) AS session_id,
          CAST('{}' AS jsonb) AS details
        FROM made
      """;

  /** Returns the key of the MACs of an account's codes, if it has any. */
  @SqlQuery(
      """
      SELECT account_id AS id, encrypted_key AS encrypted, encryption_key_id
      FROM recovery_set
      WHERE account_id = :accountId
      """)
  Optional<FactorSecrets.Sealed> key(UUID accountId);

  @SqlQuery("SELECT count(*) FROM recovery_code WHERE account_id = :accountId AND used_at IS NULL")
  int countUnused(UUID accountId);

  /**
   * Replaces the set of an account, and tells the owner; returns no records if it has no confirmed
   * factor.
   */
  @Transaction
  default List<AuditRecord> replace(NewRecoveryCodes codes, MailOutbox mail, AuditContext origin) {
    var _ = lock(codes.set().id());
    return replaceLocked(codes, mail, origin);
  }

  /** A statement does not see the codes that were made while it waited for this. */
  @SqlQuery(FactorDao.LOCKED)
  Optional<UUID> lock(UUID accountId);

  /** Replaces the set for {@link #replace}. */
  @SqlQuery(
      """
      WITH locked AS MATERIALIZED (
        SELECT id, email, locale, email_confirmed_at
        FROM account
        WHERE id = :set.id AND factors > 0
        FOR NO KEY UPDATE
      ), replaced AS (
        DELETE FROM recovery_code USING locked WHERE recovery_code.account_id = locked.id
      ), receiving AS (
        SELECT id AS account_id FROM locked
      )
      """
          + STORED
          + """
          , mails AS (
            SELECT 'recovery-codes-made' AS kind, account_id, email AS address, locale,
          """
          + MailOutbox.NOTICE
          + """
            FROM made JOIN locked ON locked.id = account_id
            WHERE email_confirmed_at IS NOT NULL
          )
          """
          + MailOutbox.NOTICED
          + ", happened AS ("
          + MADE
          + ")"
          + AuditDao.RECORDED)
  List<AuditRecord> replaceLocked(
      @BindMethods NewRecoveryCodes codes,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);

  /** Uses a code up, and tells its owner; of several uses, one returns records. */
  @SqlQuery(
      """
      WITH used AS (
        UPDATE recovery_code SET used_at = now()
        WHERE account_id = :accountId AND mac = :mac AND used_at IS NULL
        RETURNING account_id
      ), mails AS (
        SELECT 'recovery-code-used' AS kind, account.id AS account_id, email AS address, locale,
      """
          + MailOutbox.NOTICE
          + """
            FROM used JOIN account ON account.id = used.account_id
            WHERE email_confirmed_at IS NOT NULL
          )
          """
          + MailOutbox.NOTICED
          + """
          , happened AS (
            SELECT 'recovery_code.used' AS event, account_id, CAST(NULL AS uuid) AS session_id,
              CAST('{}' AS jsonb) AS details
            FROM used
          )
          """
          + AuditDao.RECORDED)
  List<AuditRecord> use(
      UUID accountId,
      byte[] mac,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);

  /** Whether a code of the account was used before. */
  @SqlQuery(
      """
      SELECT EXISTS (
        SELECT FROM recovery_code
        WHERE account_id = :accountId AND mac = :mac AND used_at IS NOT NULL)
      """)
  boolean isUsed(UUID accountId, byte[] mac);
}
