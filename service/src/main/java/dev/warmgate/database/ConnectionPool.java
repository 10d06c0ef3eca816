package dev.warmgate.database;

import com.codahale.metrics.MetricRegistry;
import com.zaxxer.hikari.HikariDataSource;
import dev.warmgate.logging.RootCause;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * A pool of warm connections. If PostgreSQL cannot be reached, a call fails within the acquire
 * timeout with the innermost cause and the setting to look at, which Hikari does not know.
 */
@SuppressWarnings("serial")
final class ConnectionPool extends HikariDataSource {
  private final WarmConnections connections;
  private final String setting;

  /** Opens no connection before its first use: most commands need none for requests. */
  ConnectionPool(
      String name,
      WarmConnections connections,
      int size,
      DatabaseConfiguration configuration,
      MetricRegistry metrics) {
    this.connections = connections;
    this.setting = configuration.setting();
    setPoolName(name);
    setDataSource(connections);
    setMaximumPoolSize(size);
    setMinimumIdle(size);
    setConnectionTimeout(configuration.acquireTimeout().toMilliseconds());
    setValidationTimeout(configuration.acquireTimeout().toMilliseconds());
    // Negative: the pool starts even if PostgreSQL is unavailable.
    setInitializationFailTimeout(-1);
    setMetricRegistry(metrics);
  }

  @Override
  public Connection getConnection() throws SQLException {
    try {
      return super.getConnection();
    } catch (SQLTransientConnectionException timeout) {
      SQLException failure = connections.failure();
      if (failure != null) {
        throw explained(
            RootCause.of(failure, setting), CommitWaits.state(failure, timeout), timeout);
      }
      if (getHikariPoolMXBean().getTotalConnections() == 0) {
        throw explained(
            "no connection in " + getConnectionTimeout() + " ms (see " + setting + ")",
            timeout.getSQLState(),
            timeout);
      }
      throw timeout;
    }
  }

  /** Without a cause, so that its message is the innermost one. */
  private static SQLException explained(
      String message, @Nullable String state, SQLTransientConnectionException timeout) {
    SQLException explained = new SQLTransientConnectionException(message, state);
    explained.addSuppressed(timeout);
    return explained;
  }
}
