package dev.warmgate.redis;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.OwnRedis;
import dev.warmgate.testkit.RunningService;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RedisDownIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  @RegisterExtension static final OwnRedis REDIS = new OwnRedis().start();

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("redis.url", REDIS.url())
          .with("switches.rate_limits", "true")
          .with("rate_limits.register", "1000/1m");

  private final ApiClient api = SERVICE.api();

  @Test
  @Tag("quick")
  void worksWithoutRedis() throws Exception {
    awaitRedis(api, true);
    Answer before = api.register(newEmail());
    REDIS.stop();

    // It works before the outage is detected, too.
    assertThat(api.me(before.text("access_token")).status()).isEqualTo(200);
    assertThat(api.refresh(before.text("refresh_token")).status()).isEqualTo(200);
    assertEverythingWorks(api);
    awaitRedis(api, false);
    assertEverythingWorks(api);

    REDIS.start();
    awaitRedis(api, true);
    assertEverythingWorks(api);
  }

  @Test
  void reportsDegradedAndStaysReady() throws Exception {
    REDIS.start();
    awaitRedis(api, true);
    assertThat(api.get("/api/v1/auth/ping").text("status")).isEqualTo("ok");
    assertThat(SERVICE.healthCheck("redis").execute().isHealthy()).isTrue();

    REDIS.stop();
    awaitRedis(api, false);
    Answer ping = api.get("/api/v1/auth/ping");

    assertThat(ping.status()).isEqualTo(200);
    assertThat(ping.text("status")).isEqualTo("degraded");
    assertThat(ping.body().path("ready").asBoolean()).isTrue();
    assertThat(api.get("/health-check").status()).isEqualTo(200);
    assertThat(SERVICE.healthCheck("redis").execute().isHealthy()).isFalse();

    REDIS.start();
    awaitRedis(api, true);
    assertThat(api.get("/api/v1/auth/ping").text("status")).isEqualTo("ok");
  }

  @Test
  void countsInMemoryWithoutRedis() throws Exception {
    REDIS.start();
    awaitRedis(api, true);
    String email = newEmail();
    api.register(email);
    REDIS.stop();

    for (int i = 0; i < 10; i++) {
      assertThat(api.login(email, "wrong password").status()).isEqualTo(401);
    }
    Answer refused = api.login(email, PASSWORD);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).isNotEmpty();

    // The restarted Redis is empty, and knows nothing of these guesses.
    REDIS.start();
    awaitRedis(api, true);
    assertThat(api.login(email, PASSWORD).status()).as("what was counted meanwhile").isEqualTo(429);
  }

  /** A single command may be slow, or lost, while Redis is up. */
  @Test
  void permitsNoGuessThatRedisCouldNotCount() throws Exception {
    REDIS.start();
    awaitRedis(api, true);
    String email = newEmail();
    api.register(email);
    for (int i = 0; i < 10; i++) {
      assertThat(api.login(email, "wrong password").status()).isEqualTo(401);
    }
    REDIS.stop();

    assertThat(api.login(email, "wrong password").status()).isEqualTo(429);
    REDIS.start();
    awaitRedis(api, true);
  }

  @Test
  void startsWithoutRedisAndConnectsLater() throws Exception {
    OwnRedis late = new OwnRedis();
    RunningService service =
        new RunningService().with("redis.url", late.url()).with("switches.rate_limits", "true");
    service.start();
    try {
      assertThat(service.api().get("/health-check").status()).isEqualTo(200);
      assertThat(service.api().get("/api/v1/auth/ping").text("status")).isEqualTo("degraded");
      assertEverythingWorks(service.api());

      late.start();
      awaitRedis(service.api(), true);
      assertEverythingWorks(service.api());
      try (var client = io.lettuce.core.RedisClient.create(late.url());
          var connection = client.connect()) {
        assertThat(connection.sync().keys("rl:*")).as("counts in Redis again").isNotEmpty();
      }
    } finally {
      service.stop();
      late.stop();
    }
  }

  private static void awaitRedis(ApiClient api, boolean up) throws Exception {
    Eventually.within(
        SOON,
        () ->
            api.get("/api/v1/auth/ping")
                .body()
                .at("/redis/status")
                .asText()
                .equals(up ? "up" : "down"));
  }

  private static void assertEverythingWorks(ApiClient api) {
    String email = newEmail();
    assertThat(api.register(email).status()).isEqualTo(201);
    Answer session = api.login(email, PASSWORD);
    assertThat(session.status()).isEqualTo(200);
    String token = session.text("access_token");
    assertThat(api.me(token).status()).isEqualTo(200);
    assertThat(api.refresh(session.text("refresh_token")).status()).isEqualTo(200);
    assertThat(api.get("/api/v1/auth/sessions", token).body().path("sessions")).hasSize(2);
    assertThat(api.login(email, "wrong password").status()).isEqualTo(401);
    assertThat(api.send(api.request("POST", "/api/v1/auth/logout", token, null)).status())
        .isEqualTo(204);
    assertThat(api.me(token).status()).isEqualTo(401);
  }
}
