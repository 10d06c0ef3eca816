package dev.warmgate.account;

import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/**
 * The query of a login. Separate from {@link AccountDao}, since a call costs more the more methods
 * its DAO has, and logins must be fast.
 */
public interface CredentialsDao {
  /** Skips disabled accounts, so that a login treats them as unknown. */
  @SqlQuery(
      """
      SELECT id, email, email_key, role, password_hash, password_version
      FROM account
      WHERE email_key = :emailKey AND disabled_at IS NULL
      """)
  @RegisterConstructorMapper(Account.class)
  Optional<Account> findByEmail(String emailKey);
}
