package dev.warmgate.status;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PingIT {
  @RegisterExtension static final RunningService SERVICE = new RunningService();

  private final ApiClient api = SERVICE.api();

  @Test
  void reportsRecentLatenciesAndTheirAge() throws Exception {
    String email = ApiClient.newEmail();
    api.register(email);
    String token = api.login(email, PASSWORD).text("access_token");
    api.me(token);
    api.get("/api/v1/auth/ping");

    // The summary may be a second old, and pings are counted when they end.
    Eventually.within(
        Duration.ofSeconds(5),
        () ->
            latency().at("/ping/answered").asLong() > 0
                && latency().at("/verify/answered").asLong() > 0);
    JsonNode latency = latency();

    assertThat(latency.at("/login/answered").asLong()).isPositive();
    assertThat(latency.at("/verify/answered").asLong()).isPositive();
    assertThat(latency.at("/login/p50_ms").asDouble()).isPositive();
    assertThat(latency.at("/login/p99_ms").asDouble())
        .isGreaterThanOrEqualTo(latency.at("/login/p50_ms").asDouble());
    assertThat(latency.path("age_ms").asLong()).isBetween(0L, 1000L);
    assertThat(latency.path("window_minutes").asInt()).isEqualTo(5);
  }

  /** Waits longer than the interval of the checks, so that an age that only grows is noticed. */
  @Test
  void reportsTheAgeOfItsChecksAndKeepsChecking() throws Exception {
    Thread.sleep(Duration.ofSeconds(4));

    JsonNode ping = api.get("/api/v1/auth/ping").body();

    for (String dependency : List.of("database", "redis", "keys")) {
      assertThat(ping.path(dependency).path("status").asText()).as(dependency).isEqualTo("up");
      assertThat(ping.path(dependency).path("age_ms").asLong())
          .as("age of " + dependency)
          .isBetween(0L, 3000L);
    }
  }

  @Test
  void saysThatMailIsOff() {
    assertThat(api.get("/api/v1/auth/ping").body().at("/mail/status").asText()).isEqualTo("off");
  }

  private JsonNode latency() {
    return api.get("/api/v1/auth/ping").body().path("latency");
  }
}
