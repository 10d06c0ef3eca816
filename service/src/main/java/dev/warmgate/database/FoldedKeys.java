package dev.warmgate.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the keys of addresses in other alphabets anew, since they are folded in another way than
 * when they were written. An account whose address is no more one, or is another one's now, keeps
 * its key and is named in the log.
 */
public final class FoldedKeys implements JavaMigration {
  private static final Logger log = LoggerFactory.getLogger(FoldedKeys.class);
  private static final int ROWS_AT_ONCE = 1000;

  private final UnaryOperator<String> key;

  /**
   * @param key of an address; throws {@link IllegalArgumentException} if it is none
   */
  public FoldedKeys(UnaryOperator<String> key) {
    this.key = key;
  }

  @Override
  public MigrationVersion getVersion() {
    return MigrationVersion.fromVersion("16");
  }

  @Override
  public String getDescription() {
    return "folded keys";
  }

  @Override
  public Integer getChecksum() {
    return null;
  }

  @Override
  public boolean canExecuteInTransaction() {
    return true;
  }

  @Override
  public void migrate(Context context) throws SQLException {
    Connection connection = context.getConnection();
    try (Statement statement = connection.createStatement();
        PreparedStatement change =
            connection.prepareStatement(
                """
                UPDATE account SET email_key = ?
                WHERE id = ? AND NOT EXISTS (SELECT FROM account WHERE email_key = ?)
                """)) {
      statement.setFetchSize(ROWS_AT_ONCE);
      try (ResultSet accounts =
          statement.executeQuery(
              """
              SELECT id, email, email_key FROM account
              WHERE octet_length(email) <> char_length(email)
              ORDER BY created_at
              """)) {
        while (accounts.next()) {
          UUID id = accounts.getObject("id", UUID.class);
          if (!refold(id, accounts.getString("email"), accounts.getString("email_key"), change)) {
            log.warn("account {} keeps the key that its address had before", id);
          }
        }
      }
    }
  }

  private boolean refold(UUID id, String email, String before, PreparedStatement change)
      throws SQLException {
    String after;
    try {
      after = key.apply(email);
    } catch (IllegalArgumentException noAddress) {
      return false;
    }
    if (after.equals(before)) {
      return true;
    }
    change.setString(1, after);
    change.setObject(2, id);
    change.setString(3, after);
    return change.executeUpdate() == 1;
  }
}
