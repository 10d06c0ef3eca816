package dev.warmgate.admin;

import dev.warmgate.account.AccountDao;
import dev.warmgate.audit.AuditContext;
import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.AuditRecord;
import dev.warmgate.factor.FactorResetDao;
import dev.warmgate.factor.FactorSecrets;
import dev.warmgate.factor.NewRecoveryCodes;
import dev.warmgate.factor.RecoveryCodeDao;
import dev.warmgate.revocation.RevocationDao;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/**
 * Gives and takes the role of an admin. Each change is one transaction with its revocations and
 * audit records, and returns nothing if there was nothing to change.
 */
public interface RoleDao {
  /** A fragment that selects the event of an {@code enrolled(id, account_id)} factor. */
  String ENROLLED =
      """
        SELECT 'factor.added' AS event, account_id, CAST(NULL AS uuid) AS session_id,
          jsonb_build_object('factor_id', id, 'kind', 'totp') AS details
        FROM enrolled
      """;

  /** Creates an account that is an admin; returns nothing if the address is taken. */
  @Transaction
  default List<AuditRecord> create(
      UUID id,
      String email,
      String emailKey,
      String passwordHash,
      FactorSecrets.Sealed factor,
      NewRecoveryCodes codes,
      AuditContext origin) {
    return withCodes(createOne(id, email, emailKey, passwordHash, factor, origin), codes, origin);
  }

  /** They need a statement of their own: only after the first one has the account a factor. */
  default List<AuditRecord> withCodes(
      List<AuditRecord> happened, NewRecoveryCodes codes, AuditContext origin) {
    return happened.isEmpty()
        ? happened
        : Stream.concat(happened.stream(), makeCodes(codes, origin).stream()).toList();
  }

  /** Makes the recovery codes of an account that the same transaction has given its only factor. */
  @SqlQuery(
      """
      WITH receiving AS (
        SELECT id AS account_id FROM account WHERE id = :set.id AND factors > 0
      )
      """
          + RecoveryCodeDao.STORED
          + ", happened AS ("
          + RecoveryCodeDao.MADE
          + ")"
          + AuditDao.RECORDED)
  List<AuditRecord> makeCodes(
      @BindMethods NewRecoveryCodes codes, @BindMethods("origin") AuditContext origin);

  /** Creates the account for {@link #create}. */
  @SqlQuery(
      """
      WITH created AS (
        INSERT INTO account (id, email, email_key, password_hash, role)
        VALUES (:id, :email, :emailKey, :passwordHash, 'admin')
        ON CONFLICT (email_key) DO NOTHING
        RETURNING id
      ), enrolled AS (
        INSERT INTO factor (id, account_id, kind, name, encrypted_secret, encryption_key_id,
          confirmed_at)
        SELECT :factor.id, id, 'totp', 'app', :factor.encrypted, :factor.encryptionKeyId, now()
        FROM created
        RETURNING id, account_id
      ), happened AS (
        SELECT 'admin.created' AS event, id AS account_id, CAST(NULL AS uuid) AS session_id,
          CAST('{}' AS jsonb) AS details
        FROM created
        UNION ALL
      """
          + ENROLLED
          + ")"
          + AuditDao.RECORDED)
  List<AuditRecord> createOne(
      UUID id,
      String email,
      String emailKey,
      String passwordHash,
      @BindMethods("factor") FactorSecrets.Sealed factor,
      @BindMethods("origin") AuditContext origin);

  /** The client address that registered the account; empty if the audit trail does not say. */
  @SqlQuery(
      """
      SELECT client_address
      FROM audit_event
      WHERE account_id = :id AND event = 'user.registered' AND client_address IS NOT NULL
      ORDER BY id
      LIMIT 1
      """)
  Optional<String> madeFrom(UUID id);

  /**
   * Promotes an account to admin; returns nothing if there is no such account, or it is disabled or
   * an admin already.
   */
  @SqlQuery(
      """
      WITH promoted AS (
        UPDATE account SET role = 'admin'
        WHERE id = :id AND role <> 'admin' AND disabled_at IS NULL
        RETURNING id
      ), happened AS (
        SELECT 'admin.created' AS event, id AS account_id, CAST(NULL AS uuid) AS session_id,
          jsonb_build_object('promoted', true) AS details
        FROM promoted
      )
      """
          + AuditDao.RECORDED)
  List<AuditRecord> promote(UUID id, @BindMethods("origin") AuditContext origin);

  /**
   * Makes the account of an address an enabled admin, replaces its password, its second factors and
   * its recovery codes, and ends every session, all or nothing; returns nothing if there is no such
   * account, or it is an enabled admin already. Waits for a concurrent login with the old password
   * and ends its session too.
   */
  @Transaction
  default List<AuditRecord> takeOver(
      UUID id,
      String emailKey,
      String passwordHash,
      FactorSecrets.Sealed factor,
      NewRecoveryCodes codes,
      AuditContext origin) {
    return withCodes(takeOverOne(id, emailKey, passwordHash, factor, origin), codes, origin);
  }

  /** Takes the account over for {@link #takeOver}. */
  @SqlQuery(
      """
      WITH locked AS MATERIALIZED (
        SELECT id, role, disabled_at
        FROM account
        WHERE id = :id AND email_key = :emailKey
        FOR NO KEY UPDATE
      ), promoted AS (
        UPDATE account
        SET role = 'admin', disabled_at = NULL, password_hash = :passwordHash,
          password_version = password_version + 1, spared_session = NULL,
      """
          + RevocationDao.END_ALL_SESSIONS
          + """
            FROM locked
            WHERE account.id = locked.id
              AND (locked.role <> 'admin' OR locked.disabled_at IS NOT NULL)
            RETURNING account.id, sessions_ended_at, locked.role <> 'admin' AS was_user,
              locked.disabled_at IS NOT NULL AS was_disabled
          ), forgotten AS (
            DELETE FROM factor USING promoted WHERE factor.account_id = promoted.id
            RETURNING factor.account_id, factor.confirmed_at
          )
          """
          + FactorResetDao.FORGOTTEN
          + """
          , forgotten_codes AS (
            DELETE FROM recovery_set USING promoted WHERE recovery_set.account_id = promoted.id
          ), enrolled AS (
            INSERT INTO factor (id, account_id, kind, name, encrypted_secret, encryption_key_id,
              confirmed_at)
            SELECT :factor.id, id, 'totp', 'app', :factor.encrypted, :factor.encryptionKeyId, now()
            FROM promoted
            RETURNING id, account_id
          ), emptied AS (
            SELECT id AS account_id, sessions_ended_at AS opened_until,
              CAST(NULL AS uuid) AS spared_session, 'password_changed' AS reason, false AS erase
            FROM promoted
          )
          """
          + RevocationDao.OF_ALL_SESSIONS
          + """
          , happened AS (
            SELECT 'admin.created' AS event, id AS account_id, CAST(NULL AS uuid) AS session_id,
              jsonb_build_object('promoted', true) AS details
            FROM promoted
            WHERE was_user
            UNION ALL
            SELECT 'account.enabled', id, CAST(NULL AS uuid), CAST('{}' AS jsonb)
            FROM promoted
            WHERE was_disabled
            UNION ALL
            SELECT 'password.changed', id, CAST(NULL AS uuid), CAST('{}' AS jsonb)
            FROM promoted
            UNION ALL
          """
          + FactorResetDao.FORGOTTEN_HAPPENED
          + """
            UNION ALL
          """
          + ENROLLED
          + """
            UNION ALL
          """
          + RevocationDao.ALL_SESSIONS_ENDED
          + ")"
          + AuditDao.RECORDED)
  List<AuditRecord> takeOverOne(
      UUID id,
      String emailKey,
      String passwordHash,
      @BindMethods("factor") FactorSecrets.Sealed factor,
      @BindMethods("origin") AuditContext origin);

  /** Returns the id of the account of an address. */
  @SqlQuery("SELECT id FROM account WHERE email_key = :emailKey")
  Optional<UUID> idOf(String emailKey);

  /**
   * Demotes an admin to user and ends the sessions, whose tokens still carry the role; returns
   * nothing if the account is not an admin, or it is the last enabled one.
   *
   * @param evenTheLast whether to demote the last one, too
   */
  @SqlQuery(
      AccountDao.ADMINS
          + """
          , locked AS MATERIALIZED (
            SELECT id FROM account WHERE email_key = :emailKey AND (:evenTheLast OR
          """
          + AccountDao.NOT_THE_LAST_ADMIN
          + """
            )
            FOR NO KEY UPDATE
          ), demoted AS (
            UPDATE account
            SET role = 'user', spared_session = NULL,
          """
          + RevocationDao.END_ALL_SESSIONS
          + """
            FROM locked
            WHERE account.id = locked.id AND role = 'admin'
            RETURNING account.id, sessions_ended_at
          ), emptied AS (
            SELECT id AS account_id, sessions_ended_at AS opened_until,
              CAST(NULL AS uuid) AS spared_session, 'role_taken_away' AS reason, false AS erase
            FROM demoted
          )
          """
          + RevocationDao.OF_ALL_SESSIONS
          + """
          , happened AS (
            SELECT 'admin.removed' AS event, account_id, CAST(NULL AS uuid) AS session_id,
              CAST('{}' AS jsonb) AS details
            FROM emptied
            UNION ALL
          """
          + RevocationDao.ALL_SESSIONS_ENDED
          + ")"
          + AuditDao.RECORDED)
  List<AuditRecord> demote(
      String emailKey, boolean evenTheLast, @BindMethods("origin") AuditContext origin);

  /** Whether the account of an address is an admin. */
  @SqlQuery("SELECT EXISTS (SELECT FROM account WHERE email_key = :emailKey AND role = 'admin')")
  boolean isAdmin(String emailKey);
}
