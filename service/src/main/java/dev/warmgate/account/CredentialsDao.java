package dev.warmgate.account;

import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/**
 * What a login reads. Apart from {@link AccountDao}, since each use of a DAO costs by the number of
 * its methods, and a login is what everybody waits for.
 */
public interface CredentialsDao {
  /** A disabled account is not found, so that a login takes it for none. */
  @SqlQuery(
      """
      SELECT id, email, email_key, role, password_hash, password_version
      FROM account
      WHERE email_key = :emailKey AND disabled_at IS NULL
      """)
  @RegisterConstructorMapper(Account.class)
  Optional<Account> findByEmail(String emailKey);
}
