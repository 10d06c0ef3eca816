package dev.warmgate.database;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.OwnPostgres;
import dev.warmgate.testkit.RunningService;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Checks that a database that answers but refuses changes, such as a standby after a failover, is
 * not taken for a healthy one.
 */
final class ReadOnlyDatabaseIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  @RegisterExtension static final OwnPostgres POSTGRES = new OwnPostgres().start();

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("database.url", POSTGRES.url());

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private String token;

  @BeforeEach
  void register() {
    token = api.register(email).text("access_token");
  }

  @AfterEach
  void makeWritable() throws SQLException {
    alter("SET default_transaction_read_only = off");
  }

  @Test
  void isNotReadyAndSaysWhy() throws Exception {
    alter("SET default_transaction_read_only = on");
    disconnect();

    assertReadOnlySoon();
    // The sessions that ask are replaced all the time, to see what new ones are allowed.
    Eventually.within(SOON, () -> healthcheck().equals("read_only"));
    assertThat(api.login(email, PASSWORD).code()).isEqualTo("database_unavailable");
    assertThat(api.me(token).status()).as("a cached token").isEqualTo(200);

    // Sessions that began while it was read-only stay so; the service must open others.
    alter("RESET default_transaction_read_only");
    Eventually.within(SOON, () -> api.get("/health-check").status() == 200);
    Eventually.within(SOON, () -> api.login(email, PASSWORD).status() == 200);
    Eventually.within(SOON, () -> database().equals("up"));
    for (int i = 0; i < 10; i++) {
      assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
    }
  }

  /** An administrator may make the whole server read-only, without ending any session. */
  @Test
  void isNoticedInSessionsThatAreOpen() throws Exception {
    try {
      execute("ALTER SYSTEM SET default_transaction_read_only = on");
      execute("SELECT pg_reload_conf()");
      assertReadOnlySoon();
    } finally {
      execute("ALTER SYSTEM RESET default_transaction_read_only");
      execute("SELECT pg_reload_conf()");
    }
    Eventually.within(SOON, () -> api.get("/health-check").status() == 200);
    Eventually.within(SOON, () -> api.login(email, PASSWORD).status() == 200);
  }

  private void assertReadOnlySoon() throws Exception {
    Eventually.within(SOON, () -> database().equals("read_only"));
    Eventually.within(SOON, () -> api.get("/health-check").status() == 503);
    Answer ping = api.get("/api/v1/auth/ping");
    assertThat(ping.status()).isEqualTo(200);
    assertThat(ping.text("status")).isEqualTo("degraded");
    assertThat(ping.body().path("ready").asBoolean()).isFalse();
  }

  private static String healthcheck() {
    return SERVICE.adminApi().get("/healthcheck").body().at("/database/status").asText();
  }

  private String database() {
    return api.get("/api/v1/auth/ping").body().at("/database/status").asText();
  }

  /** Applies to sessions that begin afterwards, as a provider does when the disk is full. */
  private static void alter(String setting) throws SQLException {
    execute("ALTER DATABASE " + name() + " " + setting);
  }

  private static void disconnect() throws SQLException {
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
            + name()
            + "' AND pid <> pg_backend_pid()");
  }

  private static String name() {
    return SERVICE.databaseUrl().replaceFirst(".*/", "");
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = SERVICE.connection()) {
      // ALTER DATABASE is a change as well.
      boolean _ = connection.createStatement().execute("SET default_transaction_read_only = off");
      boolean _ = connection.createStatement().execute(sql);
    }
  }
}
