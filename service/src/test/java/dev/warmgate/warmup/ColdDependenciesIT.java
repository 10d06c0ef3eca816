package dev.warmgate.warmup;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.OwnPostgres;
import dev.warmgate.testkit.OwnRedis;
import dev.warmgate.testkit.RunningService;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Tests a service whose dependencies become available after its start. */
final class ColdDependenciesIT {
  /** No promise of the service: a busy machine may take long. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** The service is ready after it, whether or not its logins are as fast as they get. */
  private static final String BUDGET = "5s";

  private static JsonNode ping(RunningService service) {
    Answer ping = service.api().get("/api/v1/auth/ping");
    assertThat(ping.status()).isEqualTo(200);
    return ping.body();
  }

  private static String outcome(RunningService service, String step) {
    for (JsonNode done : ping(service).at("/warmup/steps")) {
      if (done.path("name").asText().equals(step)) {
        return done.path("outcome").asText();
      }
    }
    return "not done";
  }

  @Test
  void isReadyAfterTheBudgetOncePostgresqlIsUp() throws Exception {
    OwnPostgres late = new OwnPostgres();
    RunningService service =
        new RunningService()
            .with("database.url", late.url())
            .with("switches.warmup_http", "true")
            .with("warmup.budget", BUDGET)
            .withoutWaiting();
    service.start();
    try {
      Eventually.within(LIMIT, () -> outcome(service, "hashing").equals("warm"));
      assertThat(ping(service).path("ready").asBoolean()).isFalse();
      assertThat(ping(service).path("status").asText()).isEqualTo("starting");
      assertThat(outcome(service, "database")).isEqualTo("not done");
      assertThat(outcome(service, "http")).isEqualTo("not done");
      assertThat(service.api().get("/health-check").status()).isEqualTo(503);

      late.start();
      Eventually.within(LIMIT, () -> ping(service).at("/database/status").asText().equals("up"));
      Eventually.within(LIMIT, () -> service.api().get("/health-check").status() == 200);
      assertThat(outcome(service, "database")).isEqualTo("warm");
      assertThat(outcome(service, "http")).isIn("warm", "unsettled");
      String email = newEmail();
      assertThat(service.api().register(email).status()).isEqualTo(201);
      assertThat(service.api().login(email, PASSWORD).status()).isEqualTo(200);
    } finally {
      service.stop();
      late.afterAll(null);
    }
  }

  @Test
  void isReadyButDegradedWithoutRedis() throws Exception {
    OwnRedis late = new OwnRedis();
    RunningService service =
        new RunningService()
            .with("redis.url", late.url())
            .with("switches.warmup_http", "true")
            .with("warmup.budget", BUDGET);
    service.start();
    try {
      assertThat(outcome(service, "redis")).isEqualTo("failed");
      assertThat(outcome(service, "http")).isIn("warm", "unsettled");
      assertThat(ping(service).path("status").asText()).isEqualTo("degraded");
      for (String path :
          List.of(
              "/api/v1/auth/ping", "/api/v1/auth/middleware-status", "/health-check?name=all")) {
        assertThat(service.api().get(path).body().toString().toLowerCase(Locale.ROOT))
            .as(path)
            .doesNotContain("127.0.0.1", "connect", "exception", "unable");
      }
      assertThat(service.adminApi().get("/observatory.json").body().at("/warmup").toString())
          .contains("Connection refused");

      late.start();
      Eventually.within(LIMIT, () -> ping(service).path("status").asText().equals("ok"));
    } finally {
      service.stop();
      late.stop();
    }
  }
}
