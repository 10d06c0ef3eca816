package dev.warmgate.loadtest.production;

import dev.warmgate.loadtest.stack.Ports;
import dev.warmgate.loadtest.stack.Processes;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A server of Debian's PostgreSQL with passwords, durable as in production. {@link #close} stops it
 * and deletes its data.
 */
final class DebianPostgres implements AutoCloseable {
  static final String ROLE = "warmgate";

  /** All characters that mean something in a URL, in SQL or in a configuration file. */
  static final String PASSWORD = "ö/p@s:s? w#o%r&d+'\"\\[]{}=;,$~";

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Path home;

  private final String superuserPassword;

  private final int port = Ports.claim();
  private final Map<String, String> settings = new TreeMap<>();
  private Map<String, String> environment = Map.of();
  private Process process;

  private DebianPostgres(Path home, String superuserPassword) {
    this.home = home;
    this.superuserPassword = superuserPassword;
    settings.put("port", Integer.toString(port));
    settings.put("listen_addresses", "127.0.0.1,::1");
    settings.put("unix_socket_directories", home.toString());
    settings.put("max_connections", "200");
  }

  /** Makes and starts a primary with an empty database that {@link #ROLE} owns. */
  static DebianPostgres primary(Map<String, String> settings) throws Exception {
    DebianPostgres server = bare(settings);
    server.execute("CREATE ROLE " + ROLE + " LOGIN PASSWORD " + quoted(PASSWORD));
    server.execute("CREATE DATABASE warmgate OWNER " + ROLE);
    return server;
  }

  /** Makes and starts a primary that has neither roles nor databases of the service. */
  static DebianPostgres bare(Map<String, String> settings) throws Exception {
    // Each server has another one, as in production.
    DebianPostgres server =
        new DebianPostgres(Debian.directory("postgres"), "of a superuser " + UUID.randomUUID());
    server.settings.putAll(settings);
    Path password = server.home.resolve("password");
    Files.writeString(password, server.superuserPassword);
    Debian.give(password);
    server.run(
        "initdb",
        "--pgdata=" + server.data(),
        "--username=postgres",
        "--auth=scram-sha-256",
        "--pwfile=" + password,
        "--encoding=UTF8",
        "--no-locale");
    server.start();
    return server;
  }

  static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** Makes and starts a standby of this server, and waits until each commit waits for it. */
  DebianPostgres synchronousStandby() throws Exception {
    DebianPostgres standby = new DebianPostgres(Debian.directory("standby"), superuserPassword);
    standby.run(
        "pg_basebackup",
        "--pgdata=" + standby.data(),
        "--write-recovery-conf",
        "--checkpoint=fast",
        "--dbname=host=127.0.0.1 port=%d user=postgres application_name=standby password='%s'"
            .formatted(port, superuserPassword));
    standby.start();
    execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
    execute("SELECT pg_reload_conf()");
    TestStack.await(
        LIMIT, () -> value("SELECT max(sync_state) FROM pg_stat_replication").equals("sync"));
    return standby;
  }

  /** Starts the server with more variables, such as those of a library that fakes the time. */
  DebianPostgres with(Map<String, String> variables) {
    environment = variables;
    return this;
  }

  void start() throws Exception {
    // Set by env, so that no other program before it has them, which may run as another user.
    List<String> arguments = new ArrayList<>();
    environment.forEach((name, value) -> arguments.add(name + "=" + value));
    arguments.addAll(List.of(Debian.program("postgres").toString(), "-D", data().toString()));
    settings.forEach((name, value) -> arguments.addAll(List.of("-c", name + "=" + value)));
    Path log = home.resolve("log");
    process = Debian.start(Debian.command(Debian.program("env"), arguments), Map.of(), log);
    TestStack.await(
        LIMIT,
        () -> {
          if (!process.isAlive()) {
            throw new IllegalStateException("PostgreSQL did not start: " + read(log));
          }
          return answers();
        });
  }

  /** Kills it as a crash would. */
  void kill() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(child -> Processes.ended(child, LIMIT));
    Processes.ended(process.toHandle(), LIMIT);
  }

  /** Stops it where it is, as a machine that hangs: its connections stay open. */
  void freeze() throws IOException, InterruptedException {
    // First the one that would start others.
    Debian.signal("STOP", List.of(process.toHandle()));
    Debian.signal("STOP", process.descendants().toList());
  }

  void resume() throws IOException, InterruptedException {
    Debian.signal("CONT", process.descendants().toList());
    Debian.signal("CONT", List.of(process.toHandle()));
  }

  /** Makes this standby the primary; returns when it accepts changes. */
  void promote() throws SQLException {
    execute("SELECT pg_promote()");
  }

  int port() {
    return port;
  }

  Path home() {
    return home;
  }

  /** Returns the URL of the service's database, with more hosts or parameters. */
  String url(String hosts, String parameters) {
    return url(ROLE, PASSWORD, hosts, parameters);
  }

  static String url(String role, String password, String hosts, String parameters) {
    return "postgres://%s:%s@%s/warmgate%s".formatted(role, encoded(password), hosts, parameters);
  }

  String url() {
    return url(host(), "");
  }

  String host() {
    return "127.0.0.1:" + port;
  }

  private static String encoded(String password) {
    return URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Runs a program of the package as the superuser of this server. */
  String tool(String program, String... arguments) throws IOException, InterruptedException {
    return Debian.run(Debian.command(Debian.program(program), List.of(arguments)), variables());
  }

  /** Returns the variables that lead the programs of PostgreSQL to this server as its superuser. */
  Map<String, String> variables() {
    return Map.of(
        "PGHOST",
        "127.0.0.1",
        "PGPORT",
        Integer.toString(port),
        "PGUSER",
        "postgres",
        "PGPASSWORD",
        superuserPassword);
  }

  /** Lets so many transactions pass that change nothing. */
  void passTransactions(int number) throws SQLException {
    execute(
        """
        DO $$ BEGIN
          FOR i IN 1..%d LOOP
            SET LOCAL synchronous_commit = off;
            PERFORM pg_current_xact_id();
            COMMIT;
          END LOOP;
        END $$
        """
            .formatted(number));
  }

  private void run(String program, String... arguments) throws IOException, InterruptedException {
    Debian.run(Debian.command(Debian.program(program), List.of(arguments)));
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Returns the first column of the first row as text, or "" for NULL. */
  String value(String query) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() && row.getString(1) != null ? row.getString(1) : "";
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private boolean answers() {
    try (Connection _ = connect()) {
      return true;
    } catch (SQLException starting) {
      return false;
    }
  }

  /** As superuser to the service's database, or to another one before there is that. */
  private Connection connect() throws SQLException {
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/";
    try {
      return DriverManager.getConnection(url + "warmgate", "postgres", superuserPassword);
    } catch (SQLException failed) {
      if ("3D000".equals(failed.getSQLState())) {
        return DriverManager.getConnection(url + "postgres", "postgres", superuserPassword);
      }
      throw failed;
    }
  }

  private Path data() {
    return home.resolve("data");
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }

  @Override
  public void close() throws IOException {
    if (process != null) {
      kill();
    }
    Debian.delete(home);
  }
}
