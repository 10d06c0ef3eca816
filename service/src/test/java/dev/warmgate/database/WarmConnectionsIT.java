package dev.warmgate.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Dependencies;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Checks the connections that were opened for a pool, which it takes some time later. */
final class WarmConnectionsIT {
  private static final Duration NO_LONGER_TRUSTED = Duration.ofMillis(700);

  /** The pool takes one for a request that waits, and does not check it: to the pool it is new. */
  @Test
  void areNotGivenToAPoolIfPostgresHasEndedThemMeanwhile() throws Exception {
    DatabaseUrl url = DatabaseUrl.parse(Dependencies.newDatabaseUrl());
    DatabaseConfiguration configuration = DatabaseConfiguration.defaults(url);
    WarmConnections connections = forRequests(configuration, 2);
    try {
      assertThat(connections.openOthers(2)).isEqualTo(2);
      assertThat(endAll(url)).isEqualTo(2);
      Thread.sleep(NO_LONGER_TRUSTED);

      try (Connection connection = connections.getConnection()) {
        assertThat(number(connection, "SELECT 1")).isEqualTo(1);
      }
    } finally {
      connections.close();
    }
  }

  static WarmConnections forRequests(DatabaseConfiguration configuration, int size) {
    return new WarmConnections(
        "requests",
        size,
        configuration,
        new Outage(configuration.setting()),
        new ServerCheck(configuration));
  }

  private static long endAll(DatabaseUrl url) throws SQLException {
    try (Connection connection =
        DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password())) {
      return number(
          connection,
          "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
              + " WHERE datname = current_database() AND application_name = 'warmgate-requests'");
    }
  }

  private static long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }
}
