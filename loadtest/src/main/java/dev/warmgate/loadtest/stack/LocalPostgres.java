package dev.warmgate.loadtest.stack;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** PostgreSQL with the durability of production: what it has committed survives a crash. */
public final class LocalPostgres implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final String NAME = "warmgate";

  /** The directory of the programs, for tests that start many: unpacking takes a second. */
  private static final String BINARIES = "warmgate.postgres.binaries";

  /**
   * As in production, the service proves a password, which takes time. It protects nothing, since
   * the superuser needs none.
   */
  private static final String PASSWORD = "local-only";

  private static final String AUTHENTICATION =
      "host " + NAME + " " + NAME + " 127.0.0.1/32 scram-sha-256";

  private final EmbeddedPostgres server;
  private final Path data;

  private LocalPostgres(EmbeddedPostgres server, Path data) {
    this.server = server;
    this.data = data;
  }

  /**
   * @param settings more settings of the server, by name
   */
  static LocalPostgres start(StackDirectory directory, Map<String, String> settings)
      throws IOException, SQLException {
    Path log = directory.resolve("postgres.log");
    EmbeddedPostgres server;
    try {
      EmbeddedPostgres.Builder builder = builder(directory, log);
      settings.forEach(builder::setServerConfig);
      server = builder.start();
    } catch (IOException | IllegalStateException e) {
      throw new StackFailure("PostgreSQL did not start; see " + log + " (" + e + ")", e);
    }
    try {
      LocalPostgres local = new LocalPostgres(server, directory.resolve("postgres"));
      local.prepare();
      return local;
    } catch (IOException | SQLException | StackFailure e) {
      server.close();
      throw e;
    }
  }

  private static EmbeddedPostgres.Builder builder(StackDirectory directory, Path log) {
    // Beside the data directory: the library deletes old data below its working directory.
    String binaries = System.getProperty(BINARIES, directory.resolve("binaries").toString());
    return EmbeddedPostgres.builder()
        .setOverrideWorkingDirectory(new File(binaries))
        .setPort(Ports.claim())
        .setDataDirectory(directory.resolve("postgres"))
        .setCleanDataDirectory(false)
        .setRegisterShutdownHook(false)
        .setPGStartupWait(START_LIMIT)
        .setServerConfig("listen_addresses", "127.0.0.1")
        // The library turns both off by default.
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        // As managed databases have it.
        .setServerConfig("shared_preload_libraries", "pg_stat_statements")
        .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()));
  }

  public String url() {
    return "postgres://%s:%s@127.0.0.1:%d/%s".formatted(NAME, PASSWORD, server.getPort(), NAME);
  }

  public int port() {
    return server.getPort();
  }

  /** Returns the parent of all its processes. */
  public ProcessHandle postmaster() throws IOException {
    String pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst();
    return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
  }

  /** Returns how many statements the service's database has run, BEGIN and COMMIT included. */
  public long statements() throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      return Long.parseLong(
          single(
              statement,
              "SELECT COALESCE(sum(calls), 0)::bigint FROM pg_stat_statements JOIN pg_database"
                  + " ON pg_database.oid = dbid WHERE datname = '"
                  + NAME
                  + "'"));
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private void prepare() throws IOException, SQLException {
    Path authentication = data.resolve("pg_hba.conf");
    List<String> lines = new ArrayList<>(Files.readAllLines(authentication));
    if (!lines.contains(AUTHENTICATION)) {
      lines.addFirst(AUTHENTICATION);
      Files.write(authentication, lines);
    }
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      for (String setting : new String[] {"fsync", "synchronous_commit"}) {
        if (!single(statement, "SHOW " + setting).equals("on")) {
          throw new StackFailure("PostgreSQL started with " + setting + " off.");
        }
      }
      if (single(statement, "SELECT count(*) FROM pg_roles WHERE rolname = '" + NAME + "'")
          .equals("0")) {
        statement.execute("CREATE ROLE " + NAME + " LOGIN");
      }
      statement.execute("ALTER ROLE " + NAME + " PASSWORD '" + PASSWORD + "'");
      statement.execute("SELECT pg_reload_conf()");
      if (single(statement, "SELECT count(*) FROM pg_database WHERE datname = '" + NAME + "'")
          .equals("0")) {
        statement.execute("CREATE DATABASE " + NAME + " OWNER " + NAME);
      }
      // Not in the service's database, which has only what its migrations make.
      statement.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
    }
  }

  private static String single(Statement statement, String query) throws SQLException {
    try (ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getString(1);
    }
  }
}
