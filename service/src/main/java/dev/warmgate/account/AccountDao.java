package dev.warmgate.account;

import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** The accounts and their password hashes. */
public interface AccountDao {
  /** A disabled account is not found, so that a login takes it for none. */
  @SqlQuery(
      """
      SELECT id, email, role, password_hash, password_version
      FROM account
      WHERE email_key = :emailKey AND disabled_at IS NULL
      """)
  @RegisterConstructorMapper(Account.class)
  Optional<Account> findByEmail(String emailKey);

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
   * Sets another password and ends every other session, together or not at all.
   *
   * @return 0 if the password was changed by somebody else in the meantime
   */
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
        RETURNING session.id
      ), revoked AS (
        INSERT INTO revocation (kind, ref) SELECT 'session', id FROM ended
      )
      SELECT count(*) FROM changed
      """)
  int changePassword(UUID id, int knownVersion, String hash, UUID keptSession);

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
      )
      SELECT count(*) FROM deleted
      """)
  int delete(UUID id, int knownVersion);

  /** Deletes that decoy of a warm-up, and those that a killed one left behind. */
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
