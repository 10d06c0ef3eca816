package dev.warmgate.factor;

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
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** What is done with factors by others than their owners: resets, clean-up, new encryption. */
public interface FactorResetDao {
  /**
   * A fragment that makes {@code reset(account_id, factors)} of the {@code forgotten(account_id,
   * confirmed_at)} factors, which a statement of another feature has deleted because they are not
   * the owner's. Those that nobody had confirmed were none yet.
   */
  String FORGOTTEN =
      """
      , reset AS (
        SELECT account_id, count(*) AS factors
        FROM forgotten
        WHERE confirmed_at IS NOT NULL
        GROUP BY account_id
      )
      """;

  /** A fragment that selects their events; they are forgotten for what ends the sessions. */
  String FORGOTTEN_HAPPENED =
      """
        SELECT 'factors.reset' AS event, account_id, CAST(NULL AS uuid) AS session_id,
          jsonb_build_object('factors', factors, 'by', reason) AS details
        FROM reset JOIN emptied USING (account_id)
      """;

  /**
   * Removes every factor of an account with its recovery codes and ends every session; returns no
   * records if there is no such account, or it has no factor.
   */
  @SqlQuery(
      """
      WITH locked AS MATERIALIZED (
        SELECT id, factors FROM account WHERE id = :accountId AND factors > 0 FOR NO KEY UPDATE
      ), emptied_account AS (
        UPDATE account SET spared_session = NULL,
      """
          + RevocationDao.END_ALL_SESSIONS
          + """
            FROM locked
            WHERE account.id = locked.id
            RETURNING account.id, sessions_ended_at, email, locale, email_confirmed_at
          ), removed AS (
            DELETE FROM factor USING locked WHERE factor.account_id = locked.id
          ), emptied AS (
            SELECT id AS account_id, sessions_ended_at AS opened_until,
              CAST(NULL AS uuid) AS spared_session, 'factors_reset' AS reason, false AS erase
            FROM emptied_account
          ), mails AS (
            SELECT 'factors-reset' AS kind, id AS account_id, email AS address, locale,
          """
          + MailOutbox.NOTICE
          + """
            FROM emptied_account
            WHERE email_confirmed_at IS NOT NULL
          )
          """
          + MailOutbox.NOTICED
          + RevocationDao.OF_ALL_SESSIONS
          + """
          , happened AS (
            SELECT 'factors.reset' AS event, id AS account_id, CAST(NULL AS uuid) AS session_id,
              jsonb_build_object('factors', factors) AS details
            FROM locked
            UNION ALL
          """
          + RevocationDao.ALL_SESSIONS_ENDED
          + ")"
          + AuditDao.RECORDED)
  @RegisterConstructorMapper(AuditRecord.class)
  List<AuditRecord> reset(
      UUID accountId,
      @BindMethods("mail") MailOutbox mail,
      @BindMethods("origin") AuditContext origin);

  /** Deletes unconfirmed factors that have run out; returns how many. */
  @SqlUpdate(
      """
      DELETE FROM factor
      WHERE id IN (
        SELECT id FROM factor
        WHERE confirmed_at IS NULL AND created_at < now() - :seconds * INTERVAL '1 s'
        LIMIT :limit
        FOR UPDATE SKIP LOCKED)
      """)
  int purge(int seconds, int limit);

  /** Secrets to encrypt again. */
  @SqlQuery(
      """
      SELECT id, encrypted_secret AS encrypted, encryption_key_id
      FROM factor
      WHERE encryption_key_id <> :newestKeyId
      LIMIT :limit
      """)
  @RegisterConstructorMapper(FactorSecrets.Sealed.class)
  List<FactorSecrets.Sealed> sealedWithOlderThan(String newestKeyId, int limit);

  @SqlUpdate(
      """
      UPDATE factor SET encrypted_secret = :encrypted, encryption_key_id = :encryptionKeyId
      WHERE id = :id
      """)
  int reencrypt(@BindMethods FactorSecrets.Sealed sealed);

  /** Keys of recovery codes to encrypt again. */
  @SqlQuery(
      """
      SELECT account_id AS id, encrypted_key AS encrypted, encryption_key_id
      FROM recovery_set
      WHERE encryption_key_id <> :newestKeyId
      LIMIT :limit
      """)
  @RegisterConstructorMapper(FactorSecrets.Sealed.class)
  List<FactorSecrets.Sealed> setsSealedWithOlderThan(String newestKeyId, int limit);

  /** Leaves a set alone that was replaced meanwhile. */
  @SqlUpdate(
      """
      UPDATE recovery_set SET encrypted_key = :encrypted, encryption_key_id = :encryptionKeyId
      WHERE account_id = :id AND encrypted_key = :old
      """)
  int reencryptSet(@BindMethods FactorSecrets.Sealed sealed, byte[] old);
}
