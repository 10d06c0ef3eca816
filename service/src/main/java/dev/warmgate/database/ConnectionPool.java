package dev.warmgate.database;

import com.codahale.metrics.MetricRegistry;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.warmgate.logging.RootCause;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.function.Consumer;
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

  /**
   * Opens the first connection. Until {@link #openOthers}, more are opened only for requests that
   * wait.
   *
   * @param done is told each part of it when it is done
   * @throws IllegalStateException if PostgreSQL cannot be reached
   */
  void openFirst(Consumer<String> done) {
    setMinimumIdle(1);
    try {
      if (missing() == getMaximumPoolSize()) {
        connections.openFirst(done);
      }
      // Starts the pool.
      getConnection().close();
    } catch (SQLException unavailable) {
      throw unavailable(unavailable);
    }
  }

  /**
   * Opens the missing connections in parallel and returns how many.
   *
   * @throws IllegalStateException if PostgreSQL cannot be reached
   */
  int openOthers() {
    setMinimumIdle(getMaximumPoolSize());
    int missing = missing();
    // One more for the one that is closed below.
    int opened = missing == 0 ? 0 : connections.openOthers(missing + 1);
    if (opened == 0) {
      return 0;
    }
    // The pool looks for what is missing every 30 s, and whenever it has closed a connection.
    try (Connection any = getConnection()) {
      evictConnection(any);
      return opened - 1;
    } catch (SQLException unavailable) {
      throw unavailable(unavailable);
    }
  }

  private int missing() {
    HikariPoolMXBean now = getHikariPoolMXBean();
    return getMaximumPoolSize() - (now == null ? 0 : now.getTotalConnections());
  }

  private IllegalStateException unavailable(SQLException failed) {
    IllegalStateException unavailable = new IllegalStateException(RootCause.of(failed, setting));
    unavailable.addSuppressed(failed);
    return unavailable;
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
