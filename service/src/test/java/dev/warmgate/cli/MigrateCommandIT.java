package dev.warmgate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.database.DatabaseUrl;
import dev.warmgate.testkit.Dependencies;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that the service's role gets the rights that it needs, and owns nothing. */
final class MigrateCommandIT {
  @TempDir private Path directory;

  @Test
  void grantsTheServicesRoleWhatItNeedsOnly() throws Exception {
    String owner = Dependencies.newEmptyDatabaseUrl();
    String service = owner.replace("postgres:postgres@", "serves_only:a%20password@");
    sql(owner, "CREATE ROLE serves_only LOGIN PASSWORD 'a password'");

    CommandRun refused = migrate(CommandConfiguration.in(directory, service));
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("MIGRATION_DATABASE_URL").hasLineCount(1);
    assertThat(
            ask(
                owner,
                "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()"))
        .as("attempts to make Flyway's table, a second apart each")
        .isEqualTo("0");

    String both = CommandConfiguration.in(directory, service, owner);
    for (String time : List.of("the first time", "again")) {
      CommandRun migrated = migrate(both);
      String version = ask(owner, "SELECT max(version::int) FROM flyway_schema_history");
      assertThat(migrated)
          .as(time)
          .isEqualTo(
              new CommandRun(
                  0,
                  "",
                  "The schema is at version %s; the role serves_only may use it.\n"
                      .formatted(version)));
    }

    assertThat(ask(owner, "SELECT count(*) FROM pg_class WHERE relowner = 'serves_only'::regrole"))
        .isEqualTo("0");
    for (String forbidden :
        List.of(
            "DELETE FROM audit_event",
            "UPDATE audit_event SET actor = 'nobody'",
            "TRUNCATE audit_event",
            "DELETE FROM revocation",
            "UPDATE revocation SET ref = ''",
            "UPDATE partitioned SET least_age = '0 s'",
            "SELECT make_partitions_around(now() - INTERVAL '10 years')",
            "CALL let_serve('serves_only')",
            "INSERT INTO service_right VALUES ('audit_event', 'DELETE')",
            "DELETE FROM account_source",
            "DROP TABLE account",
            "CREATE TABLE mine (id integer)",
            "DELETE FROM flyway_schema_history")) {
      assertThatThrownBy(() -> sql(service, forbidden))
          .as(forbidden)
          .isInstanceOf(SQLException.class)
          .extracting(failed -> ((SQLException) failed).getSQLState())
          .isEqualTo("42501");
    }
  }

  private static CommandRun migrate(String configuration) {
    return CommandRun.migrating("migrate", "--config", configuration);
  }

  private static void sql(String url, String statement) throws SQLException {
    DatabaseUrl parsed = DatabaseUrl.parse(url);
    try (Connection connection =
            DriverManager.getConnection(parsed.jdbcUrl(), parsed.user(), parsed.password());
        Statement execution = connection.createStatement()) {
      execution.execute(statement);
    }
  }

  private static String ask(String url, String query) throws SQLException {
    try (Connection connection = Dependencies.asSuperuser(url);
        Statement execution = connection.createStatement();
        ResultSet rows = execution.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
