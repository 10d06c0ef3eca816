package dev.warmgate.database;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.request.Scopes;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.NewServiceKey;
import dev.warmgate.testkit.RunningService;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class DatabasePerformanceIT {
  private static final String PATH = "/api/v1/database/performance";
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final long LOCKED_MS = 200;

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService().with("database.pool_size", "2").with("database.answer_timeout", "3s");

  private static String key;

  @BeforeAll
  static void makeKey() throws Exception {
    key = NewServiceKey.with(SERVICE, Scopes.PERFORMANCE);
  }

  private final ApiClient api = SERVICE.api();

  @Test
  void isOnlyForServicesWithTheScope() throws Exception {
    String account = api.register(newEmail()).text("access_token");

    assertThat(api.get(PATH).status()).isEqualTo(401);
    assertThat(api.get(PATH, account).code()).isEqualTo("forbidden");
    assertThat(api.get(PATH, NewServiceKey.with(SERVICE, Scopes.LOAD_TEST)).code())
        .isEqualTo("forbidden");
  }

  @Test
  void reportsTheEffectsOfLoad() throws Exception {
    JsonNode before = api.get(PATH, key).body();
    String email = newEmail();
    Answer session = api.register(email);
    String token = session.text("access_token");
    // A token that is not cached yet, unlike that of a registration or login.
    String refreshed = api.refresh(session.text("refresh_token")).text("access_token");
    assertThat(api.me(refreshed).status()).isEqualTo(200);
    for (int i = 0; i < 5; i++) {
      assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
      assertThat(api.me(token).status()).isEqualTo(200);
    }
    loginWhileSessionsAreLocked(email);
    JsonNode after = api.get(PATH, key).body();

    // Each login runs one SELECT and one INSERT; the registration runs one statement more.
    assertThat(after.at("/query_ms/count").asLong() - before.at("/query_ms/count").asLong())
        .isGreaterThanOrEqualTo(11);
    assertThat(statement(after, "LoginDao.open").path("count").asLong()).isGreaterThanOrEqualTo(6);
    assertThat(statement(after, "LoginDao.open").path("max_ms").asDouble())
        .isGreaterThanOrEqualTo(LOCKED_MS);
    assertThat(after.at("/pools/0/name").asText()).isEqualTo("requests");
    assertThat(after.at("/pools/0/max").asInt()).isEqualTo(2);
    assertThat(after.at("/pools/0/pending").asInt()).isZero();
    assertThat(after.at("/pools/0/acquire_ms/count").asLong()).isGreaterThanOrEqualTo(11);
    assertThat(after.at("/pools/0/usage_ms/p95").asDouble())
        .isGreaterThanOrEqualTo(after.at("/pools/0/usage_ms/p50").asDouble());
    assertThat(after.at("/caches/verified_tokens/hits").asLong()).isGreaterThanOrEqualTo(4);
    assertThat(after.at("/caches/verified_tokens/misses").asLong()).isPositive();
    assertThat(after.at("/caches/verified_tokens/hit_ratio").asDouble()).isBetween(0.1, 1.0);
    assertThat(after.at("/caches/service_keys/size").asInt()).isPositive();
    assertThat(after.at("/migrations/pending").asInt(-1)).isZero();
    // The tests' databases are copies of a migrated one.
    assertThat(after.at("/migrations/migrated").asBoolean(true)).isFalse();
    assertThat(after.at("/migrations/current").asText())
        .isEqualTo(
            SERVICE.value(
                "SELECT version FROM flyway_schema_history ORDER BY installed_rank DESC LIMIT 1"));
    assertThat(after.at("/warmup/complete").asBoolean()).isTrue();
  }

  /** Makes the statement of the login one of the slowest. */
  private void loginWhileSessionsAreLocked(String email) throws Exception {
    try (ExecutorService client = Executors.newCachedThreadPool();
        Connection lock = SERVICE.connection()) {
      lock.setAutoCommit(false);
      lock.createStatement().execute("LOCK TABLE session IN ACCESS EXCLUSIVE MODE");
      Future<Answer> login = client.submit(() -> api.login(email, PASSWORD));
      // The first statement of a login needs no lock, so wait for the second.
      Eventually.within(
          SOON, () -> SERVICE.value("SELECT count(*) FROM pg_locks WHERE NOT granted").equals("1"));
      Thread.sleep(LOCKED_MS);
      lock.rollback();
      assertThat(login.get().status()).isEqualTo(200);
    }
  }

  @Test
  void answersWhileRequestsHoldEveryConnection() throws Exception {
    String email = newEmail();
    api.register(email);
    try (ExecutorService clients = Executors.newCachedThreadPool();
        Connection lock = SERVICE.connection()) {
      lock.setAutoCommit(false);
      lock.createStatement().execute("LOCK TABLE account IN ACCESS EXCLUSIVE MODE");
      List<Future<Answer>> blocked =
          List.of(
              clients.submit(() -> api.login(email, PASSWORD)),
              clients.submit(() -> api.login(email, PASSWORD)));
      Eventually.within(SOON, () -> api.get(PATH, key).body().at("/pools/0/active").asInt() == 2);

      assertThat(api.get(PATH, key).body().at("/pools/0/idle").asInt(-1)).isZero();
      for (Future<Answer> one : blocked) {
        assertThat(one.get().status()).isEqualTo(503);
      }
    }
  }

  private static JsonNode statement(JsonNode performance, String name) {
    for (JsonNode statement : performance.path("slowest_statements")) {
      if (statement.path("name").asText().equals(name)) {
        return statement;
      }
    }
    throw new AssertionError(name + " is not among " + performance.path("slowest_statements"));
  }
}
