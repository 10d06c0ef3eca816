package dev.warmgate.account;

import java.util.List;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Counts the hashes of other services that no login has replaced yet. */
public interface ForeignHashDao {
  /**
   * @param scheme as in {@link dev.warmgate.password.foreign.ForeignHash}
   */
  record Left(String scheme, long accounts) {}

  @SqlQuery(
      """
      SELECT CASE WHEN scheme LIKE '2_' THEN 'bcrypt' WHEN scheme = 'argon2id-raw' THEN 'argon2id'
          ELSE scheme END AS scheme,
        count(*) AS accounts
      FROM (
        SELECT split_part(password_hash, '$', 2) AS scheme FROM account
        WHERE password_hash NOT LIKE '$argon2id$%'
      ) AS foreign_hash
      GROUP BY 1
      ORDER BY 1
      """)
  List<Left> count();
}
