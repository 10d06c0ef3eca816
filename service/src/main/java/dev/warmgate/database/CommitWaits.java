package dev.warmgate.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Recognises that commits wait for a synchronous standby that does not confirm them. PostgreSQL
 * ends no such wait by itself, even if its client has gone: each would hold one more of its
 * connections, until there is none. So none is opened meanwhile; where PostgreSQL does not tell,
 * all are.
 */
final class CommitWaits {
  /** Whether a commit of this role waits for longer than a request would. */
  static final String EXIST =
      "EXISTS (SELECT FROM pg_stat_activity WHERE usename = current_user"
          + " AND datname = current_database() AND wait_event = 'SyncRep'"
          + " AND query_start < clock_timestamp() - INTERVAL '1 s')";

  /** Among the states of connections that fail. */
  private static final String STATE = "08W01";

  private CommitWaits() {}

  /**
   * @throws SQLException if commits wait, or the connection is broken
   */
  static void refuse(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT " + EXIST)) {
      if (!row.next() || !row.getBoolean(1)) {
        return;
      }
    } catch (SQLException unknown) {
      if (connection.isClosed()) {
        throw unknown;
      }
      return;
    }
    throw new SQLException(
        "commits wait for a synchronous standby: bring it back, or take it out of"
            + " synchronous_standby_names",
        STATE);
  }

  /** Whether a connection was refused for this reason. */
  static boolean areReasonOf(@Nullable Throwable failed) {
    if (failed instanceof SQLException refused && STATE.equals(refused.getSQLState())) {
      return true;
    }
    return failed != null && areReasonOf(failed.getCause());
  }

  /** Returns the state of the failure to get a connection from a pool. */
  static @Nullable String state(SQLException reason, SQLException timeout) {
    return areReasonOf(reason) ? STATE : timeout.getSQLState();
  }
}
