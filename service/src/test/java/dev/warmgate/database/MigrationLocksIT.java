package dev.warmgate.database;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Migrates tables that a dump reads and logins use: a statement that waited for the dump to end
 * would let every login wait behind it.
 */
final class MigrationLocksIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int LOGINS = 25;
  private static final String URL = Dependencies.newEmptyDatabaseUrl();

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("database.url", URL);

  @TempDir private Path scripts;

  @Test
  void doNotHoldUpLoginsWhileADumpRuns() throws Exception {
    ApiClient api = SERVICE.api();
    String email = newEmail();
    api.register(email);
    Files.writeString(
        scripts.resolve("V900__column.sql"), "ALTER TABLE account ADD COLUMN tried text;");
    // The dump ends first, or a migration that waits for it would never end.
    try (ExecutorService thread = Executors.newSingleThreadExecutor();
        Connection dump = SERVICE.connection()) {
      dump.setAutoCommit(false);
      boolean _ =
          dump.createStatement().execute("LOCK TABLE account, session IN ACCESS SHARE MODE");
      Future<Database.Migrations> impatient = thread.submit(() -> migrate(URL, Duration.ZERO));
      assertThatThrownBy(() -> impatient.get(SOON.toSeconds(), TimeUnit.SECONDS))
          .hasCauseInstanceOf(IllegalStateException.class)
          .hasMessageContaining("such as a dump");

      Future<Database.Migrations> migrating =
          thread.submit(() -> migrate(URL, SOON.multipliedBy(3)));
      Eventually.within(SOON, MigrationLocksIT::aLockIsWaitedFor);
      for (int i = 0; i < LOGINS; i++) {
        assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
        TimeUnit.MILLISECONDS.sleep(100);
      }
      assertThat(migrating.isDone()).isFalse();

      dump.rollback();
      assertThat(migrating.get(SOON.toSeconds(), TimeUnit.SECONDS).current()).isEqualTo("900");
    }
  }

  /** Its index waits for every transaction that runs, so Flyway's own must not. */
  @Test
  void buildAnIndexConcurrently() throws Exception {
    String database = Dependencies.newEmptyDatabaseUrl();
    Files.writeString(
        scripts.resolve("V900__index.sql"), "CREATE INDEX CONCURRENTLY tried ON account (locale);");
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<Database.Migrations> migrating = thread.submit(() -> migrate(database, SOON));
      assertThat(migrating.get(SOON.toSeconds(), TimeUnit.SECONDS).current()).isEqualTo("900");
    }
  }

  private Database.Migrations migrate(String url, Duration patience) throws IOException {
    DatabaseUrl parsed = DatabaseUrl.parse(url);
    PGSimpleDataSource connections = new PGSimpleDataSource();
    connections.setUrl(parsed.jdbcUrl());
    connections.setUser(parsed.user());
    connections.setPassword(parsed.password());
    return Schema.run(
        Schema.flyway(connections, Pooler.NONE)
            .locations("classpath:db/migration", "filesystem:" + scripts.toRealPath()),
        patience);
  }

  private static boolean aLockIsWaitedFor() {
    return !SERVICE.value("SELECT count(*) FROM pg_locks WHERE NOT granted").equals("0");
  }
}
