package dev.warmgate.testkit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Looks into the database of a service as superuser, and changes it there. It keeps a connection,
 * since a new one costs PostgreSQL more than what most tests ask, again and again.
 */
final class Onlooker {
  private final AtomicReference<@Nullable Connection> kept = new AtomicReference<>();

  private interface Execution<T> {
    T on(PreparedStatement statement) throws SQLException;
  }

  /** Runs a statement, and returns how many rows it changed. */
  int change(String databaseUrl, String sql, Object... parameters) {
    return run(databaseUrl, sql, parameters, PreparedStatement::executeUpdate);
  }

  /** Returns the first column of the first row. */
  String value(String databaseUrl, String sql, Object... parameters) {
    return run(
        databaseUrl,
        sql,
        parameters,
        statement -> {
          try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getString(1);
          }
        });
  }

  /** Closes the connection; the next statement opens another. */
  void close() {
    try {
      close(kept.getAndSet(null));
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** While one thread uses the kept connection, others open their own. */
  private <T> T run(String databaseUrl, String sql, Object[] parameters, Execution<T> execution) {
    try {
      Connection connection = kept.getAndSet(null);
      if (connection == null || !connection.isValid(0)) {
        close(connection);
        connection = Dependencies.asSuperuser(databaseUrl);
      }
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        for (int i = 0; i < parameters.length; i++) {
          statement.setObject(i + 1, parameters[i]);
        }
        return execution.on(statement);
      } finally {
        if (!kept.compareAndSet(null, connection)) {
          connection.close();
        }
      }
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static void close(@Nullable Connection connection) throws SQLException {
    if (connection != null) {
      connection.close();
    }
  }
}
