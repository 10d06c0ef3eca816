package dev.warmgate.database;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.OwnPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tells a statement that is slow, and then commits, from one whose commit waits. */
final class CommitWaitsIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String WAITING =
      "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep')";

  @RegisterExtension static final OwnPostgres POSTGRES = new OwnPostgres();

  @BeforeEach
  void makeTable() throws Exception {
    try (Connection connection = connect()) {
      execute(connection, "CREATE TABLE IF NOT EXISTS written (slept text)");
    }
  }

  @Test
  void areNotASlowStatementThatCommitsAtLast() throws Exception {
    refusesWhileAStatementOf("1500 ms", false);
  }

  @Test
  void areThoseOfAStatementWhoseCommitDoesNotEnd() throws Exception {
    refusesWhileAStatementOf("0 ms", true);
  }

  private static void refusesWhileAStatementOf(String duration, boolean forever) throws Exception {
    try (Connection administrator = connect();
        Connection writer = connect();
        Connection opened = connect();
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      execute(administrator, "ALTER SYSTEM SET synchronous_standby_names = 'gone'");
      execute(administrator, "SELECT pg_reload_conf()");
      // Those of an embedded server wait for nothing otherwise.
      execute(writer, "SET synchronous_commit = on");
      AtomicBoolean waited = new AtomicBoolean();
      // The server takes the setting over in its own time: what commits before that does not wait.
      Future<?> written =
          threads.submit(() -> {
            do {
              execute(
                  writer,
                  "INSERT INTO written SELECT pg_sleep_for('%s')::text".formatted(duration));
            } while (!waited.get());
            return null;
          });
      try {
        Eventually.within(SOON, () -> isTrue(administrator, WAITING));
        waited.set(true);
        if (forever) {
          TimeUnit.MILLISECONDS.sleep(1200);
          assertThatThrownBy(() -> CommitWaits.refuse(opened))
              .isInstanceOf(SQLException.class)
              .hasMessageContaining("synchronous_standby_names")
              .matches(CommitWaits::areReasonOf);
        } else {
          Future<?> looked =
              threads.submit(() -> {
                CommitWaits.refuse(opened);
                return null;
              });
          TimeUnit.MILLISECONDS.sleep(300);
          noLongerWait(administrator);
          assertThatCode(() -> looked.get(SOON.toSeconds(), TimeUnit.SECONDS))
              .doesNotThrowAnyException();
        }
      } finally {
        waited.set(true);
        noLongerWait(administrator);
        written.get(SOON.toSeconds(), TimeUnit.SECONDS);
      }
    }
  }

  private static void noLongerWait(Connection administrator) throws SQLException {
    execute(administrator, "ALTER SYSTEM RESET synchronous_standby_names");
    execute(administrator, "SELECT pg_reload_conf()");
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection(DatabaseUrl.parse(POSTGRES.url()).jdbcUrl(), "postgres", "");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static boolean isTrue(Connection connection, String query) {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() && row.getBoolean(1);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
