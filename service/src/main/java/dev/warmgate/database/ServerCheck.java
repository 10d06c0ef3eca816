package dev.warmgate.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows what answers at the database's URL: says that it is a pooler if the configuration does not,
 * and refuses a former primary that is back after another server has taken over, and a primary
 * whose commits wait. What PostgreSQL does not let it find out, it does not judge.
 */
final class ServerCheck {
  private static final Logger log = LoggerFactory.getLogger(ServerCheck.class);

  private static final Pattern UNSUPPORTED =
      Pattern.compile("unsupported startup parameter(?: in options)?:? (\\w+)");

  private static final String NO_PRIMARY =
      "Could not find a server with specified targetServerType";

  /** Each server that takes over begins the next timeline. A standby has no row. */
  private static final String TIMELINE =
      "SELECT system_identifier,"
          + " ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer"
          + " FROM pg_control_system() WHERE NOT pg_is_in_recovery()";

  private final Pooler pooler;
  private final boolean several;
  private final AtomicBoolean poolerLooked = new AtomicBoolean();

  /** Whether the log names the pooler already. */
  private volatile boolean poolerNamed;

  /** Of the newest primary; guarded by this. */
  private long system;

  private int timeline;

  ServerCheck(DatabaseConfiguration configuration) {
    pooler = configuration.pooler();
    several = configuration.url().hasSeveralHosts();
  }

  /** Returns the failure, or one that says what to do, where the driver's or pooler's does not. */
  SQLException explained(SQLException failed) {
    if (several && String.valueOf(failed.getMessage()).contains(NO_PRIMARY)) {
      SQLException explained =
          new SQLException(
              "no host of the URL is a primary that answers, as target_session_attrs asks for:"
                  + " promote a standby, or bring the primary back",
              failed.getSQLState());
      explained.addSuppressed(failed);
      return explained;
    }
    Matcher refused = UNSUPPORTED.matcher(String.valueOf(failed.getMessage()));
    if (poolerNamed || !refused.find()) {
      return failed;
    }
    poolerLooked.set(true);
    String parameter = refused.group(1);
    SQLException explained =
        new SQLException(
            "a pooler, such as PgBouncer, refuses the startup parameter %s: %s"
                .formatted(
                    parameter,
                    pooler != Pooler.NONE
                        ? "add it to the pooler's ignore_startup_parameters"
                        : "set database.pooler, DATABASE_POOLER=transaction"),
            failed.getSQLState());
    explained.addSuppressed(failed);
    return explained;
  }

  /**
   * @throws SQLException if the connection leads to a former primary, or is broken, or commits wait
   */
  void check(Connection connection) throws SQLException {
    if (pooler == Pooler.NONE && !poolerLooked.getAndSet(true)) {
      lookForPooler(connection);
    }
    if (several) {
      requireNewest(connection);
    }
    CommitWaits.refuse(connection);
  }

  /** A pooler tells its clients another process id than that of PostgreSQL's process. */
  private void lookForPooler(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      if (row.getInt(1) != connection.unwrap(PGConnection.class).getBackendPID()) {
        poolerNamed = true;
        log.warn(
            "DATABASE_URL leads to a connection pooler, such as PgBouncer: set database.pooler,"
                + " DATABASE_POOLER=transaction, or prepared if it keeps prepared statements");
      }
    }
  }

  private void requireNewest(Connection connection) throws SQLException {
    long foundSystem;
    int foundTimeline;
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(TIMELINE)) {
      if (!row.next()) {
        return;
      }
      foundSystem = row.getLong(1);
      foundTimeline = row.getInt(2);
    } catch (SQLException unknown) {
      if (connection.isClosed()) {
        throw unknown;
      }
      return;
    }
    if (isOlder(foundSystem, foundTimeline)) {
      throw new SQLException(
          "a former primary is back and refused: since then another server has taken over",
          "08004");
    }
  }

  /** Another system is another database, such as one restored from a dump. */
  private synchronized boolean isOlder(long foundSystem, int foundTimeline) {
    if (foundSystem == system && foundTimeline < timeline) {
      return true;
    }
    system = foundSystem;
    timeline = foundTimeline;
    return false;
  }
}
