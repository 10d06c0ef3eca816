package dev.warmgate.database;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RunningService;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests a pool of one connection that a lock blocks. */
final class ExhaustedPoolIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  /** The one second that a request waits, and a margin for a busy machine. */
  private static final Duration LIMIT = Duration.ofSeconds(2);

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService().with("database.pool_size", "1").with("database.max_waiting", "3");

  private final ApiClient api = SERVICE.api();

  @Test
  void answersPingAndHealthWhileRequestsWaitAndTimeOut() throws Exception {
    String email = newEmail();
    String refreshToken = api.register(email).text("refresh_token");
    try (ExecutorService clients = Executors.newCachedThreadPool();
        Connection _ = lockOf("account")) {
      long began = System.nanoTime();
      Future<Answer> blocked = clients.submit(() -> api.login(email, PASSWORD));
      // It waits for less than a second, so whoever looks for it must not take long.
      Eventually.within(SOON, () -> !waiting().equals("0"));

      assertThat(api.get("/api/v1/auth/ping").text("status")).isEqualTo("ok");
      assertThat(api.get("/health-check").status()).isEqualTo(200);
      assertThat(SERVICE.healthCheck("database").execute().isHealthy()).isTrue();

      Answer refused = blocked.get();
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.code()).isEqualTo("database_unavailable");
      assertThat(refused.header("Retry-After")).isEqualTo("1");
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LIMIT);
      assertThat(waiting()).as("no statement still waits in the database").isEqualTo("0");
    }
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
    assertThat(api.refresh(refreshToken).status()).isEqualTo(200);
  }

  @Test
  @Tag("quick")
  void refusesRequestsThatTheQueueHasNoRoomFor() throws Exception {
    String refreshToken = api.register(newEmail()).text("refresh_token");
    try (Connection _ = lockOf("session")) {
      List<Answer> answers = Parallel.run(20, i -> api.refresh(refreshToken));

      assertThat(answers).extracting(Answer::status).containsOnly(503);
    }
    assertThat(api.refresh(refreshToken).status()).isEqualTo(200);
  }

  private static String waiting() {
    return SERVICE.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
  }

  private static Connection lockOf(String table) throws SQLException {
    Connection connection = SERVICE.connection();
    connection.setAutoCommit(false);
    connection.createStatement().execute("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
    return connection;
  }
}
