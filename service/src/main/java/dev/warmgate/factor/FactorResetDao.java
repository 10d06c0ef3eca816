package dev.warmgate.factor;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.mail.MailOutbox;
import dev.warmgate.revocation.RevocationDao;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;
import org.jspecify.annotations.Nullable;

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
   * A fragment that forgets the factors of the {@code claimed(id, email, locale)} account, whose
   * address was proven for the first time: a stranger may have set them. It tells the owner, and
   * makes {@code reset} as {@link #FORGOTTEN} does.
   */
  String FORGOTTEN_BY_FIRST_PROOF =
      """
      , forgotten AS (
        DELETE FROM factor USING claimed WHERE factor.account_id = claimed.id
        RETURNING factor.account_id, factor.confirmed_at
      )
      """
          + FORGOTTEN
          + """
          , mails AS (
            SELECT 'factors-reset' AS kind, id AS account_id, email AS address, locale,
          """
          + MailOutbox.NOTICE
          + """
            FROM claimed JOIN reset ON reset.account_id = claimed.id
          )
          """
          + MailOutbox.NOTICED;

  /**
   * Removes a factor of an account, confirmed or not, or all of an account that has a confirmed
   * one; returns no records if there is nothing to remove. If no confirmed one is left, that is a
   * reset: every session ends, since the password alone opens the account from then on. Of
   * concurrent removals, the one of the last factor does so.
   *
   * @param factorId {@code null} for all
   */
  @Transaction
  default List<AuditRecord> remove(
      UUID accountId, @Nullable UUID factorId, MailOutbox mail, AuditContext origin) {
    var _ = lock(accountId);
    return removeLocked(accountId, factorId, mail, origin);
  }

  /** A statement that waits does not see the factors that were made meanwhile. */
  @SqlQuery(FactorDao.LOCKED)
  Optional<UUID> lock(UUID accountId);

  /** Removes factors for {@link #remove}. */
  @SqlQuery(
      """
      WITH locked AS MATERIALIZED (
        SELECT id, factors, email, locale, email_confirmed_at
        FROM account
        WHERE id = :accountId
        FOR NO KEY UPDATE
      ), removed AS (
        DELETE FROM factor USING locked
        WHERE factor.account_id = locked.id
          AND CASE WHEN CAST(:factorId AS uuid) IS NULL THEN locked.factors > 0
            ELSE factor.id = CAST(:factorId AS uuid) END
        RETURNING factor.id, factor.account_id, kind, confirmed_at
      ), reset AS (
        UPDATE account SET spared_session = NULL,
      """
          + RevocationDao.END_ALL_SESSIONS
          + """
            FROM locked
            WHERE account.id = locked.id AND locked.factors > 0
              AND locked.factors = (SELECT count(*) FROM removed WHERE confirmed_at IS NOT NULL)
            RETURNING account.id, account.sessions_ended_at, locked.factors
          ), emptied AS (
            SELECT id AS account_id, sessions_ended_at AS opened_until,
              CAST(NULL AS uuid) AS spared_session, 'factors_reset' AS reason, false AS erase
            FROM reset
          ), mails AS (
            SELECT CASE WHEN EXISTS (SELECT FROM reset) THEN 'factors-reset'
                ELSE 'factor-removed' END AS kind,
              id AS account_id, email AS address, locale,
          """
          + MailOutbox.NOTICE
          + """
            FROM locked
            WHERE email_confirmed_at IS NOT NULL
              AND EXISTS (SELECT FROM removed WHERE confirmed_at IS NOT NULL)
          )
          """
          + MailOutbox.NOTICED
          + RevocationDao.OF_ALL_SESSIONS
          + """
          , happened AS (
            SELECT 'factors.reset' AS event, id AS account_id, CAST(NULL AS uuid) AS session_id,
              jsonb_build_object('factors', factors) AS details
            FROM reset
            UNION ALL
          """
          + FactorDao.REMOVED
          + """
            WHERE NOT EXISTS (SELECT FROM reset)
            UNION ALL
          """
          + RevocationDao.ALL_SESSIONS_ENDED
          + ")"
          + AuditDao.RECORDED)
  List<AuditRecord> removeLocked(
      UUID accountId,
      @Nullable UUID factorId,
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
  List<FactorSecrets.Sealed> setsSealedWithOlderThan(String newestKeyId, int limit);

  /** Leaves a set alone that was replaced meanwhile. */
  @SqlUpdate(
      """
      UPDATE recovery_set SET encrypted_key = :encrypted, encryption_key_id = :encryptionKeyId
      WHERE account_id = :id AND encrypted_key = :old
      """)
  int reencryptSet(@BindMethods FactorSecrets.Sealed sealed, byte[] old);
}
