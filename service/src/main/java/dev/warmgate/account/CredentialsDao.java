package dev.warmgate.account;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/**
 * The query of a login. Separate from {@link AccountDao}, since a call costs more the more methods
 * its DAO has, and logins must be fast.
 */
public interface CredentialsDao {
  /** Skips disabled accounts, so that a login treats them as unknown. */
  @SqlQuery(
      """
      SELECT id, email, email_key, role, password_hash, password_version,
        email_confirmed_at IS NOT NULL AS email_verified, false AS pending,
        factors > 0 AS second_factor
      FROM account
      WHERE email_key = :emailKey AND disabled_at IS NULL
      """)
  Optional<Account> findByEmail(String emailKey);

  /**
   * As {@link #findByEmail}, and the newest registration of the address that waits for its
   * confirmation, whether or not there is an account: a login is to be answered alike.
   */
  @SqlQuery(
      """
      SELECT id, email, email_key, role, password_hash, password_version,
        email_confirmed_at IS NOT NULL AS email_verified, false AS pending,
        factors > 0 AS second_factor
      FROM account
      WHERE email_key = :emailKey AND disabled_at IS NULL
      UNION ALL (
        SELECT id, address, email_key, 'user', password_hash, 1, false, true, false
        FROM proof
        WHERE email_key = :emailKey AND kind = 'confirm' AND password_hash IS NOT NULL
          AND used_at IS NULL AND expires_at > now()
        ORDER BY created_at DESC
        LIMIT 1
      )
      """)
  List<Account> findByEmailAndPending(String emailKey);
}
