package dev.warmgate.account;

import dev.warmgate.audit.AuditDao;
import dev.warmgate.audit.Happened;
import dev.warmgate.audit.Origin;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jdbi.v3.sqlobject.transaction.Transaction;

/** The accounts and their password hashes. */
public interface AccountDao {
  @SqlQuery(
      """
      SELECT id, email, role, password_hash, password_version
      FROM account
      WHERE id = :id
      """)
  @RegisterConstructorMapper(Account.class)
  Optional<Account> find(UUID id);

  @SqlQuery(
      """
      SELECT EXISTS (
        SELECT FROM account WHERE id = :id AND role = :role AND disabled_at IS NULL)
      """)
  boolean hasRole(UUID id, String role);

  /**
   * Sets another password and ends every other session, together or not at all; nothing has
   * happened if the password was changed by somebody else in the meantime. Logins with the old
   * password that are opening a session at this moment are waited for, and end too.
   */
  @Transaction
  default List<Happened> changePassword(
      UUID id, int knownVersion, String hash, UUID keptSession, Origin origin) {
    lock(id);
    // A statement of its own: it sees what was committed while the one before waited.
    return setPassword(id, knownVersion, hash, keptSession, origin);
  }

  @SqlQuery("SELECT id FROM account WHERE id = :id FOR NO KEY UPDATE")
  Optional<UUID> lock(UUID id);

  @SqlQuery(
      """
      WITH changed AS (
        UPDATE account
        SET password_hash = :hash, password_version = password_version + 1
        WHERE id = :id AND password_version = :knownVersion AND disabled_at IS NULL
        RETURNING id
      ), ended AS (
        UPDATE session
        SET ended_at = now(), end_reason = 'password_changed'
        FROM changed
        WHERE session.account_id = changed.id AND session.id <> :keptSession
          AND session.ended_at IS NULL
        RETURNING session.id, session.account_id, session.end_reason
      ), revoked AS (
        INSERT INTO revocation (kind, ref) SELECT 'session', id FROM ended
      ), happened AS (
        SELECT 'password.changed' AS event, id AS account_id,
          CAST(:keptSession AS uuid) AS session_id, CAST('{}' AS jsonb) AS details
        FROM changed
        UNION ALL
        SELECT 'session.ended', account_id, id, jsonb_build_object('reason', end_reason) FROM ended
      )
      """
          + AuditDao.RECORDED)
  @RegisterConstructorMapper(Happened.class)
  List<Happened> setPassword(
      UUID id,
      int knownVersion,
      String hash,
      UUID keptSession,
      @BindMethods("origin") Origin origin);

  /** Replaces a hash by one of the same password with newer parameters; sessions go on. */
  @SqlUpdate(
      """
      UPDATE account SET password_hash = :newHash
      WHERE id = :id AND password_hash = :oldHash
      """)
  void rehash(UUID id, String oldHash, String newHash);

  /** Deletes the account with all its sessions. */
  @SqlQuery(
      """
      WITH deleted AS (
        DELETE FROM account WHERE id = :id AND password_version = :knownVersion RETURNING id
      ), revoked AS (
        INSERT INTO revocation (kind, ref) SELECT 'account', id FROM deleted
      ), happened AS (
        SELECT 'account.deleted' AS event, id AS account_id, CAST(NULL AS uuid) AS session_id,
          CAST('{}' AS jsonb) AS details
        FROM deleted
        UNION ALL
        SELECT 'session.ended', session.account_id, session.id,
          jsonb_build_object('reason', 'account_deleted')
        FROM deleted JOIN session ON session.account_id = deleted.id
        WHERE session.ended_at IS NULL
          AND now() < LEAST(session.idle_expires_at, session.expires_at)
      )
      """
          + AuditDao.RECORDED)
  @RegisterConstructorMapper(Happened.class)
  List<Happened> delete(UUID id, int knownVersion, @BindMethods("origin") Origin origin);

  /**
   * Deletes that decoy of a warm-up, and those that a killed one left behind; leaves nothing in the
   * audit trail, where they never were.
   */
  @SqlQuery(
      """
      WITH deleted AS (
        DELETE FROM account
        WHERE email_key LIKE '%@warmup.invalid'
          AND (email_key = :emailKey OR created_at < now() - INTERVAL '10 min')
        RETURNING id
      ), revoked AS (
        INSERT INTO revocation (kind, ref) SELECT 'account', id FROM deleted
      )
      SELECT count(*) FROM deleted
      """)
  int deleteDecoys(String emailKey);
}
