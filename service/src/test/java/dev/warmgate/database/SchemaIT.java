package dev.warmgate.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.RunningService;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Checks that the service knows its schema, and that one of an older build stops the start. */
final class SchemaIT {
  private record CommandResult(int status, String output) {}

  @Test
  void ofAnOlderBuildStopsTheStartWithAdvice() throws Exception {
    String database = Dependencies.newDatabaseUrl();
    try (Connection owner = Dependencies.asSuperuser(database);
        Statement change = owner.createStatement()) {
      change.execute("UPDATE flyway_schema_history SET checksum = 1 WHERE version = '1'");
    }

    CommandResult started = run(Map.of("DATABASE_URL", database), "server");

    assertThat(started.status()).as(started.output()).isEqualTo(1);
    // Other threads may still log.
    assertThat(started.output().lines().filter(line -> !line.startsWith("{")).toList().getLast())
        .startsWith("warmgate did not start: the database was made by an older build")
        .contains("scripts/run.sh --fresh");
    assertThat(started.output()).doesNotContain("at dev.warmgate.");
  }

  @Test
  void isKnownToBeUpToDateWithoutFlyway() throws Exception {
    String database = Dependencies.newDatabaseUrl();
    Database.Migrations byFlyway =
        Schema.run(Schema.flyway(connections(database), Pooler.NONE), Duration.ZERO);

    assertThat(AppliedMigrations.upToDate(connections(database))).contains(byFlyway);

    for (String change :
        List.of(
            "UPDATE flyway_schema_history SET success = false WHERE version = '1'",
            "UPDATE flyway_schema_history SET success = true, checksum = 1 WHERE version = '1'",
            "DELETE FROM flyway_schema_history",
            "CREATE SCHEMA postgres")) {
      try (Connection owner = Dependencies.asSuperuser(database);
          Statement execution = owner.createStatement()) {
        execution.execute(change);
      }
      assertThat(AppliedMigrations.upToDate(connections(database))).as(change).isEmpty();
    }
    DataSource empty = connections(Dependencies.newEmptyDatabaseUrl());
    assertThat(AppliedMigrations.upToDate(empty)).isEmpty();
    assertThat(Schema.migrate(empty, Pooler.NONE, Duration.ofSeconds(10)).migrated()).isTrue();
    assertThat(Schema.migrate(empty, Pooler.NONE, Duration.ZERO).migrated()).isFalse();
  }

  @Test
  void listsEveryMigrationOfTheBuild() throws IOException {
    try (Stream<Path> scripts = Files.list(Path.of("src/main/resources/db/migration"))) {
      assertThat(AppliedMigrations.SCRIPTS)
          .hasSameElementsAs(scripts.map(script -> script.getFileName().toString()).toList());
    }
  }

  private static DataSource connections(String url) {
    DatabaseUrl parsed = DatabaseUrl.parse(url);
    PGSimpleDataSource connections = new PGSimpleDataSource();
    connections.setUrl(parsed.jdbcUrl());
    connections.setUser(parsed.user());
    connections.setPassword(parsed.password());
    return connections;
  }

  private static CommandResult run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-jar",
            "target/warmgate.jar");
    builder.command().addAll(List.of(command));
    builder.command().add("config/warmgate.yml");
    Map<String, String> all = builder.environment();
    all.put("REDIS_URL", Dependencies.redisUrl());
    all.put("WARMGATE_MODE", "development");
    all.put("WARMGATE_ISSUER", "http://127.0.0.1:8080");
    all.put("WARMGATE_KEY_ENCRYPTION_KEYS", RunningService.KEY);
    all.put("WARMGATE_REFRESH_KEYS", RunningService.KEY);
    all.put("PORT", "0");
    all.put("ADMIN_PORT", "0");
    all.putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return new CommandResult(process.exitValue(), output);
    } finally {
      process.destroyForcibly();
    }
  }
}
