package dev.warmgate.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recognises that commits wait for a synchronous standby that does not confirm them. PostgreSQL
 * ends no such wait by itself, even if its client has gone: each would hold one more of its
 * connections, until there is none. So none is opened meanwhile; where PostgreSQL does not tell,
 * all are.
 */
final class CommitWaits {
  /** Longer than a request would wait. */
  private static final Duration LONG = Duration.ofSeconds(1);

  /**
   * The statements of this role that began so long ago and whose commit waits at this moment. A
   * statement that took long before its commit is among them, too, for an instant.
   */
  private static final String WAITING =
      """
      SELECT format('%%s %%s', pid, query_start) FROM pg_stat_activity
      WHERE usename = current_user AND datname = current_database() AND wait_event = 'SyncRep'
        AND query_start < clock_timestamp() - INTERVAL '%d ms'
      """
          .formatted(LONG.toMillis());

  /** Among the states of connections that fail. */
  private static final String STATE = "08W01";

  /** query_canceled */
  private static final String STOPPED = "57014";

  private CommitWaits() {}

  /**
   * Returns whether the commit of a statement has waited for longer than a request would: it is
   * found waiting twice. Looks again only if it finds one.
   *
   * @param connection without a transaction, within which both looks would see the same
   */
  static boolean exist(Connection connection) throws SQLException {
    Set<String> before = waiting(connection);
    if (before.isEmpty()) {
      return false;
    }
    try {
      Thread.sleep(LONG);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new SQLException("stopped while commits seemed to wait", STOPPED, stopped);
    }
    return waiting(connection).stream().anyMatch(before::contains);
  }

  private static Set<String> waiting(Connection connection) throws SQLException {
    Set<String> waiting = new HashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(WAITING)) {
      while (rows.next()) {
        waiting.add(rows.getString(1));
      }
    }
    return waiting;
  }

  /**
   * @throws SQLException if commits wait, or the connection is broken
   */
  static void refuse(Connection connection) throws SQLException {
    try {
      if (!exist(connection)) {
        return;
      }
    } catch (SQLException unknown) {
      if (connection.isClosed() || Thread.currentThread().isInterrupted()) {
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
