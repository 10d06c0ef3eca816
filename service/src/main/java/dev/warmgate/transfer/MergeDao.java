package dev.warmgate.transfer;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.proof.Unproven;
import dev.warmgate.revocation.RevocationDao;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Merges the rows of the temporary table {@code import_row} into the accounts. */
public interface MergeDao {
  /**
   * What became of a row.
   *
   * @param ordinal of the row
   * @param endsSessions whether the sessions of its account have to end
   * @param lacksIdentity whether another account has one of its identities
   */
  record Outcome(int ordinal, ImportOutcome outcome, boolean endsSessions, boolean lacksIdentity) {
    Outcome as(ImportOutcome other) {
      return new Outcome(ordinal, other, false, false);
    }
  }

  /** Makes that table, unless this connection has it; it is empty after each transaction. */
  @SqlUpdate(
      """
      CREATE TEMP TABLE IF NOT EXISTS import_row (
        ordinal integer, id uuid, source text, source_id text, email text, email_key text,
        confirmed boolean, confirmed_at timestamptz, tells_password boolean, password_hash text,
        password_digest bytea, digest bytea, role text, locale text, created_at timestamptz,
        disabled boolean, disabled_at timestamptz, user_metadata jsonb, app_metadata jsonb,
        identities jsonb, factors jsonb
      ) ON COMMIT DELETE ROWS
      """)
  void makeRowTable();

  /** Empties that table within a transaction. */
  @SqlUpdate("TRUNCATE import_row")
  void clear();

  /**
   * Locks the accounts that the rows are going to change. The merge then sees what was changed here
   * before, and nothing is changed here meanwhile.
   */
  @SqlQuery(
      """
      SELECT count(*) FROM (
        SELECT FROM account
        WHERE id = ANY (ARRAY(
          SELECT import_row.id
          FROM import_row
            CROSS JOIN LATERAL (
              SELECT digest, password_digest FROM account_source
              WHERE account_id = import_row.id OFFSET 0
            ) AS source
          WHERE (email IS NOT NULL AND source.digest IS DISTINCT FROM import_row.digest)
            OR (tells_password
              AND source.password_digest IS DISTINCT FROM import_row.password_digest)))
        ORDER BY id
        FOR NO KEY UPDATE
      ) AS locked
      """)
  long lock();

  /**
   * Merges all rows, each of another account, after {@link #lock}. A row of a new account is
   * inserted. Of a known one, what has changed at the source is taken, except an address or a
   * password that was changed here; of one that is an admin here, only the metadata. Of its second
   * factors, those are taken that no import has brought yet, so that none comes back which its
   * owner has removed here. The subqueries that are planned apart (OFFSET 0, ARRAY) find each
   * account by its index: the planner knows nothing of the rows and could choose to read all
   * accounts.
   *
   * @param run the import, for the audit trail
   */
  @SqlQuery(
      """
      WITH given AS MATERIALIZED (
        SELECT import_row.*,
          source.account_id IS NOT NULL AS known, account.id IS NOT NULL AS present,
          email IS NOT NULL AND source.digest IS DISTINCT FROM import_row.digest AS row_changed,
          tells_password AND source.password_digest IS DISTINCT FROM import_row.password_digest
            AS password_changed,
          account.password_version = source.password_version AS password_kept,
          account.email_key = source.email_key AS address_kept,
          account.email_key = import_row.email_key AS same_address,
          source.disabled AS was_disabled, source.factors AS brought, account.disabled_at IS NULL AS enabled,
          COALESCE(account.role = 'admin', false) AS is_admin
        FROM import_row
          LEFT JOIN LATERAL (
            SELECT * FROM account_source WHERE account_id = import_row.id OFFSET 0
          ) AS source ON true
          LEFT JOIN LATERAL (
            SELECT id, email_key, password_version, disabled_at, role FROM account
            WHERE id = import_row.id OFFSET 0
          ) AS account ON true
      ), decided AS MATERIALIZED (
        SELECT given.*,
          known AND present AND password_changed AND password_kept AND NOT is_admin
            AS takes_password,
          known AND present AND is_admin AND (password_changed AND password_kept
            OR row_changed AND (address_kept AND NOT same_address OR disabled <> was_disabled))
            AS withheld,
          known AND present AND row_changed AND address_kept AND NOT same_address AND NOT is_admin
            AS wants_address,
          known AND present AND row_changed AND address_kept AND NOT same_address AND NOT is_admin
            AND (SELECT true FROM account WHERE account.email_key = given.email_key) IS NULL
            AS takes_address,
          ARRAY(SELECT CAST(factor ->> 'id' AS uuid) FROM jsonb_array_elements(factors) AS factor)
            AS bringing,
          CASE WHEN confirmed THEN COALESCE(confirmed_at, created_at, now()) END AS proven_at
        FROM given
      ), created AS (
        INSERT INTO account (id, email, email_key, password_hash, role, locale, created_at,
          disabled_at, email_confirmed_at, user_metadata, app_metadata)
        SELECT id, email, email_key, password_hash, role, locale, COALESCE(created_at, now()),
          CASE WHEN disabled THEN COALESCE(disabled_at, now()) END, proven_at, user_metadata,
          app_metadata
        FROM decided
        WHERE NOT known AND NOT present AND email IS NOT NULL
        ORDER BY ordinal
        ON CONFLICT DO NOTHING
        RETURNING id
      ), changed AS (
        UPDATE account SET
          email = CASE WHEN row_changed AND NOT is_admin AND (takes_address OR same_address) THEN decided.email
            ELSE account.email END,
          email_key = CASE WHEN takes_address THEN decided.email_key ELSE account.email_key END,
          undeliverable_at = CASE WHEN NOT takes_address THEN account.undeliverable_at END,
          email_confirmed_at = CASE WHEN takes_address THEN proven_at
            WHEN row_changed AND same_address AND NOT is_admin
              THEN COALESCE(account.email_confirmed_at, proven_at)
            ELSE account.email_confirmed_at END,
          locale = COALESCE(account.locale, CASE WHEN NOT is_admin THEN decided.locale END),
          user_metadata = CASE WHEN row_changed THEN decided.user_metadata
            ELSE account.user_metadata END,
          app_metadata = CASE WHEN row_changed THEN decided.app_metadata
            ELSE account.app_metadata END,
          disabled_at = CASE WHEN NOT row_changed OR is_admin OR disabled = was_disabled
              THEN account.disabled_at
            WHEN disabled THEN COALESCE(account.disabled_at, decided.disabled_at, now()) END,
          password_hash = CASE WHEN takes_password THEN decided.password_hash
            ELSE account.password_hash END,
          password_version = password_version + CASE WHEN takes_password THEN 1 ELSE 0 END
        FROM decided
        WHERE account.id = decided.id AND account.id = ANY (ARRAY(
          SELECT id FROM decided WHERE known AND present AND (row_changed OR takes_password)))
        RETURNING account.id, account.password_version
      ), each_identity AS MATERIALIZED (
        SELECT touched.id AS account_id, identity.*
        FROM (SELECT id FROM created UNION ALL SELECT id FROM changed) AS touched
          JOIN decided ON decided.id = touched.id AND NOT is_admin
          CROSS JOIN LATERAL jsonb_to_recordset(decided.identities) AS identity(provider text,
            subject text, data jsonb, created_at timestamptz, last_used_at timestamptz)
      ), identified AS (
        INSERT INTO account_identity (provider, subject, account_id, data, created_at, last_used_at)
        SELECT DISTINCT ON (provider, subject) provider, subject, account_id, data,
          COALESCE(created_at, now()), last_used_at
        FROM each_identity
        ON CONFLICT (provider, subject) DO UPDATE
        SET data = excluded.data, last_used_at = excluded.last_used_at
        WHERE account_identity.account_id = excluded.account_id
        RETURNING provider, subject, account_id
      ), lacking AS MATERIALIZED (
        SELECT DISTINCT account_id FROM each_identity
        WHERE NOT EXISTS (
          SELECT FROM identified
          WHERE identified.provider = each_identity.provider
            AND identified.subject = each_identity.subject
            AND identified.account_id = each_identity.account_id)
      ),
      """
          + MergedFactors.TAKEN
          + """
          , noted AS (
            INSERT INTO account_source (account_id, source, source_id, digest, password_digest,
              password_version, email_key, disabled, factors)
            SELECT id, source, source_id,
              CASE WHEN id NOT IN (SELECT account_id FROM lacking) THEN digest END, CASE WHEN tells_password THEN password_digest END, 1,
              email_key, disabled, bringing
            FROM created JOIN decided USING (id)
          ), renewed AS (
            UPDATE account_source SET
              digest = CASE WHEN row_changed AND wants_address = takes_address AND NOT withheld
                  AND account_source.account_id NOT IN (SELECT account_id FROM lacking)
                  THEN decided.digest
                ELSE account_source.digest END,
              password_digest = CASE WHEN takes_password THEN decided.password_digest
                ELSE account_source.password_digest END,
              password_version = CASE WHEN takes_password THEN changed.password_version
                ELSE account_source.password_version END,
              email_key = CASE WHEN takes_address THEN decided.email_key
                ELSE account_source.email_key END,
              disabled = CASE WHEN row_changed AND NOT is_admin THEN decided.disabled
                ELSE account_source.disabled END,
              factors = CASE WHEN row_changed AND NOT is_admin THEN bringing
                ELSE account_source.factors END,
              imported_at = now()
            FROM changed JOIN decided ON decided.id = changed.id
            WHERE account_source.account_id = changed.id
              AND account_source.account_id = ANY (ARRAY(SELECT id FROM changed))
          ), counted AS (
            SELECT (SELECT count(*) FROM created) AS created, (SELECT count(*) FROM changed) AS changed
          ), happened AS (
            SELECT 'accounts.imported' AS event, CAST(NULL AS uuid) AS account_id,
              CAST(NULL AS uuid) AS session_id,
              jsonb_build_object('import', CAST(:run AS text), 'created', created, 'changed', changed)
                AS details
            FROM counted
            WHERE created + changed > 0
          )
          """
          + AuditDao.RECORD
          + """
          SELECT ordinal,
            CASE WHEN created.id IS NOT NULL THEN 'CREATED'
              WHEN known AND NOT present THEN 'DELETED_HERE'
              WHEN NOT known AND email IS NULL THEN 'UNKNOWN'
              WHEN NOT known AND present THEN 'ID_TAKEN'
              WHEN NOT known AND confirmed AND (
                SELECT
          """
          + Unproven.ACCOUNT
          + """
                FROM account WHERE email_key = decided.email_key) THEN 'ADDRESS_UNPROVEN'
              WHEN NOT known THEN 'ADDRESS_TAKEN'
              WHEN withheld THEN 'ADMIN_HERE'
              WHEN wants_address AND NOT takes_address THEN 'NEW_ADDRESS_TAKEN'
              WHEN password_changed AND NOT password_kept THEN 'PASSWORD_CHANGED_HERE'
              WHEN changed.id IS NOT NULL THEN 'CHANGED'
              ELSE 'UNCHANGED' END AS outcome,
            changed.id IS NOT NULL AND (takes_password
              OR changed.id IN (SELECT account_id FROM protected)
              OR row_changed AND disabled AND NOT was_disabled AND enabled AND NOT is_admin)
              AS ends_sessions,
            decided.id IN (SELECT account_id FROM lacking) AS lacks_identity
          FROM decided
            LEFT JOIN created ON created.id = decided.id
            LEFT JOIN changed ON changed.id = decided.id
          """)
  List<Outcome> merge(UUID run, @BindMethods("origin") AuditContext origin);

  /**
   * Ends the sessions of accounts whose password was replaced, or that were disabled.
   *
   * @param accountIds separated by spaces
   */
  @SqlQuery(
      """
      WITH ended AS (
        UPDATE account SET spared_session = NULL,
      """
          + RevocationDao.END_ALL_SESSIONS
          + """
            WHERE id = ANY (CAST(string_to_array(:accountIds, ' ') AS uuid[]))
              AND EXISTS (
                SELECT FROM session WHERE account_id = account.id AND session.ended_at IS NULL)
            RETURNING id, sessions_ended_at
          ), emptied AS (
            SELECT id AS account_id, sessions_ended_at AS opened_until,
              CAST(NULL AS uuid) AS spared_session, 'changed_at_the_source' AS reason,
              false AS erase
            FROM ended
          )
          """
          + RevocationDao.OF_ALL_SESSIONS
          + ", happened AS ("
          + RevocationDao.ALL_SESSIONS_ENDED
          + ")"
          + AuditDao.RECORDED)
  List<AuditRecord> endSessions(String accountIds, @BindMethods("origin") AuditContext origin);
}
