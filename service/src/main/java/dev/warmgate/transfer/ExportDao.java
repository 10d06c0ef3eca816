package dev.warmgate.transfer;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.database.Database;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Reads all accounts as of one moment, without keeping them in memory. */
public final class ExportDao {
  private static final int ROWS_AT_ONCE = 1000;

  private static final String ACCOUNTS =
      """
      SELECT account.id, email, email_confirmed_at, role, locale, created_at, disabled_at,
        password_hash, CAST(user_metadata AS text) AS user_metadata,
        CAST(app_metadata AS text) AS app_metadata,
        NULLIF(account_source.source, 'warmgate') AS source, account_source.source_id,
        CAST((
          SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('provider', provider,
              'subject', subject, 'created_at', created_at, 'last_used_at', last_used_at))
            || jsonb_build_object('data', data) ORDER BY provider, subject)
          FROM account_identity
          WHERE account_id = account.id
        ) AS text) AS identities,
        CAST((
          SELECT jsonb_agg(jsonb_build_object('id', id, 'name', name,
            'secret', encode(encrypted_secret, 'hex'), 'key_id', encryption_key_id,
            'algorithm', algorithm, 'digits', digits, 'period', period, 'created_at', created_at)
            ORDER BY created_at, id)
          FROM factor
          WHERE account_id = account.id AND kind = 'totp' AND confirmed_at IS NOT NULL
        ) AS text) AS factors,
        CAST((
          SELECT jsonb_agg(jsonb_build_object('id', id, 'name', name, 'created_at', created_at,
            'credential_id', encode(credential_id, 'hex'), 'public_key', encode(public_key, 'hex'),
            'sign_count', sign_count, 'transports', transports,
            'backup_eligible', backup_eligible, 'backed_up', backed_up, 'aaguid', aaguid)
            ORDER BY created_at, id)
          FROM factor JOIN passkey ON passkey.factor_id = factor.id
          WHERE account_id = account.id AND confirmed_at IS NOT NULL
        ) AS text) AS passkeys
      FROM account LEFT JOIN account_source ON account_source.account_id = account.id
      WHERE account.email_key NOT LIKE '%@warmup.invalid'
      ORDER BY account.id
      """;

  /** Takes one account after another. */
  public interface Target {
    void write(ExportedAccount account) throws IOException;
  }

  /** Records exports. */
  public interface TrailDao {
    /**
     * @param format of the export
     * @param secrets whether it has the hashes of passwords
     */
    @SqlQuery(
        """
        WITH happened AS (
          SELECT 'accounts.exported' AS event, CAST(NULL AS uuid) AS account_id,
            CAST(NULL AS uuid) AS session_id,
            jsonb_build_object('format', CAST(:format AS text), 'secrets', CAST(:secrets AS boolean))
              AS details
        )
        """
            + AuditDao.RECORDED)
    List<AuditRecord> exported(
        String format, boolean secrets, @BindMethods("origin") AuditContext origin);
  }

  private final Database database;

  public ExportDao(Database database) {
    this.database = database;
  }

  TrailDao trail() {
    return database.unhurriedDao(TrailDao.class);
  }

  /** Hands over all accounts, in the order of their ids; returns how many. */
  long readAll(Target target) throws IOException {
    try (Handle handle = database.open()) {
      return handle.inTransaction(
          TransactionIsolationLevel.REPEATABLE_READ, transaction -> read(transaction, target));
    }
  }

  private static long read(Handle handle, Target target) throws IOException {
    handle.execute("SET TRANSACTION READ ONLY");
    handle.execute("SET LOCAL timezone = 'UTC'");
    long accounts = 0;
    try (ResultIterator<ExportedAccount> rows =
        handle
            .createQuery(ACCOUNTS)
            .setFetchSize(ROWS_AT_ONCE)
            .mapTo(ExportedAccount.class)
            .iterator()) {
      for (Iterator<ExportedAccount> each = rows; each.hasNext(); accounts++) {
        target.write(each.next());
      }
    }
    return accounts;
  }
}
