package dev.warmgate.observatory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RunningService;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("quick")
final class ObservatoryIT {
  private static final List<String> ORDER =
      List.of(
          "request-id",
          "fast-lane",
          "rate-limit",
          "authentication",
          "access-control",
          "ssrf-protection");

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("switches.rate_limits", "true");

  private final ApiClient api = SERVICE.api();

  @Test
  void showsTheFiltersOfALoginInOrderAndTheHeavyOnesAsBypassed() {
    String email = ApiClient.newEmail();
    api.register(email);
    assertThat(api.login(email, ApiClient.PASSWORD).status()).isEqualTo(200);

    JsonNode login = latest("POST", "/api/v1/auth/login");

    assertThat(texts(login.path("filters"), "name")).isEqualTo(ORDER);
    assertThat(texts(login.path("filters"), "order")).containsExactly("1", "2", "3", "4", "5", "6");
    assertThat(texts(login.path("filters"), "outcome"))
        .containsExactly("passed", "passed", "passed", "passed", "bypassed", "bypassed");
    assertThat(login.path("lane").asText()).isEqualTo("fast");
    assertThat(login.path("status").asInt()).isEqualTo(200);
    assertNoneOverlap(login.path("filters"));
  }

  @Test
  void showsHowTheTimeOfALoginWasSpent() {
    String email = ApiClient.newEmail();
    api.register(email);
    api.login(email, ApiClient.PASSWORD);

    JsonNode login = latest("POST", "/api/v1/auth/login");

    assertThat(texts(login.path("segments"), "name"))
        .containsSubsequence(
            "SessionResource.login",
            "login bucket",
            "failed-login bucket",
            "CredentialsDao.findByEmail",
            "queue",
            "argon2id",
            "failed-login bucket",
            "LoginDao.open");
    assertThat(texts(login.path("segments"), "kind"))
        .contains("redis", "database", "hashing_wait", "hashing_compute", "resource");
    long total = login.path("total_micros").asLong();
    assertThat(login.path("segments"))
        .allSatisfy(segment ->
            assertThat(segment.path("offset_micros").asLong() + segment.path("micros").asLong())
                .isBetween(0L, total + 1000));
    assertThat(segment(login, "hashing_compute").path("micros").asLong()).isGreaterThan(1000);
  }

  @Test
  void showsThatARequestOnTheFullLanePassesAllFilters() {
    String token = api.register(ApiClient.newEmail()).text("access_token");
    assertThat(api.get("/api/v1/auth/sessions", token).status()).isEqualTo(200);

    JsonNode sessions = latest("GET", "/api/v1/auth/sessions");

    assertThat(sessions.path("lane").asText()).isEqualTo("full");
    assertThat(texts(sessions.path("filters"), "name")).isEqualTo(ORDER);
    assertThat(texts(sessions.path("filters"), "outcome")).containsOnly("passed");
  }

  @Test
  void endsTheTrailAtTheRejectingFilter() {
    api.get("/api/v1/auth/sessions/3f0c7f9e-0000-4000-8000-000000000001", "not.a.token");
    api.delete("/api/v1/auth/sessions/3f0c7f9e-0000-4000-8000-000000000001", "not.a.token", null);

    JsonNode refused = latest("DELETE", "/api/v1/auth/sessions/{id}");

    assertThat(refused.path("status").asInt()).isEqualTo(401);
    assertThat(texts(refused.path("filters"), "outcome"))
        .containsExactly("passed", "passed", "passed", "rejected");
    assertThat(texts(refused.path("segments"), "kind")).doesNotContain("resource");
  }

  @Test
  void revealsNothingThatClientsSent() {
    String email = "planted-" + ApiClient.newEmail();
    String planted = "planted-secret-in-the-path";
    String access = api.register(email).text("access_token");
    Answer pair = api.login(email, ApiClient.PASSWORD);
    api.login(email, "planted-wrong-password");
    api.refresh(pair.text("refresh_token"));
    api.get("/api/v1/auth/sessions?token=" + access, access);
    api.get("/" + planted + "/" + access + "?email=" + email);
    api.delete("/api/v1/auth/sessions/" + planted, access, null);
    api.send(
        api.request("GET", "/api/v1/auth/me", access, null)
            .header("X-Request-Id", "planted-request-id")
            .header("User-Agent", "planted-agent"));

    String report = report().toString();

    assertThat(report)
        .doesNotContain("planted", "@example.com", access, pair.text("refresh_token"))
        .doesNotContain(pair.text("session_id"), "eyJ", "127.0.0.1");
    assertThat(report).contains("\"unmatched\"", "/api/v1/auth/sessions/{id}");
  }

  @Test
  void reportsTheFilterOrderOfAllRequests() {
    api.get("/api/v1/auth/ping");
    api.get("/nowhere");
    for (String method : List.of("HEAD", "OPTIONS", "PUT", "BREW")) {
      api.send(api.request(method, "/api/v1/auth/ping", null, null));
    }

    JsonNode order = report().path("order");

    assertThat(texts(order.path("declared"), "name")).isEqualTo(ORDER);
    assertThat(order.path("registered")).isEqualTo(order.path("declared"));
    assertThat(order.path("observed")).isEqualTo(order.path("declared"));
    assertThat(order.path("in_order").asBoolean()).isTrue();
    assertThat(order.at("/verdict/judged").asLong()).isGreaterThanOrEqualTo(2);
    assertThat(order.at("/verdict/out_of_order").asLong()).isZero();
  }

  @Test
  void reportsWarmUpHealthPoolsHashingAndLogins() {
    String email = ApiClient.newEmail();
    api.register(email);
    api.login(email, ApiClient.PASSWORD);
    api.login(email, "wrong");

    JsonNode report = report();

    assertThat(report.path("ready").asBoolean()).isTrue();
    assertThat(report.at("/health/database/status").asText()).isEqualTo("up");
    assertThat(report.at("/warmup/complete").asBoolean()).isTrue();
    assertThat(report.path("warmup").path("steps"))
        .isNotEmpty()
        .allSatisfy(step -> assertThat(step.path("started_ms").asLong()).isPositive());
    assertThat(texts(report.path("pools"), "name")).containsExactly("requests", "background");
    assertThat(report.at("/pools/0/max").asInt()).isEqualTo(RunningService.CONNECTIONS);
    assertThat(report.at("/caches/verified_tokens/local_hits").isInt()).isTrue();
    assertThat(report.at("/caches/verified_tokens/size").isInt()).isTrue();
    assertThat(report.at("/caches/service_keys/size").isInt()).isTrue();
    assertThat(report.at("/hashing/permits").asInt()).isPositive();
    assertThat(report.at("/hashing/admitted").asInt()).isZero();
    assertThat(report.at("/login/line_ms").asInt()).isEqualTo(1500);
    assertThat(report.at("/login/outcomes/success").asLong()).isPositive();
    assertThat(report.at("/login/outcomes/refused").asLong()).isPositive();
    assertThat(report.at("/login/p95_ms").asDouble()).isPositive();
  }

  @Test
  void isServedOnTheAdminPortOnly() {
    assertThat(api.get("/observatory").status()).isEqualTo(404);
    assertThat(api.get("/observatory.json").status()).isEqualTo(404);

    Answer page = SERVICE.adminApi().get("/observatory");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Security-Policy"))
        .startsWith("default-src 'none'; style-src 'nonce-")
        .doesNotContain("unsafe");
    assertThat(page.header("Cache-Control")).isEqualTo("no-store");
  }

  private static void assertNoneOverlap(JsonNode filters) {
    long end = 0;
    for (JsonNode filter : filters) {
      assertThat(filter.path("offset_micros").asLong()).isGreaterThanOrEqualTo(end);
      end = filter.path("offset_micros").asLong() + filter.path("micros").asLong();
    }
  }

  private static JsonNode report() {
    return SERVICE.adminApi().get("/observatory.json").body();
  }

  private static JsonNode latest(String method, String route) {
    return StreamSupport.stream(report().path("endpoints").spliterator(), false)
        .filter(endpoint -> endpoint.path("method").asText().equals(method))
        .filter(endpoint -> endpoint.path("route").asText().equals(route))
        .findFirst()
        .orElseThrow(() -> new AssertionError(report().path("endpoints").toPrettyString()))
        .at("/latest/0");
  }

  private static JsonNode segment(JsonNode request, String kind) {
    return StreamSupport.stream(request.path("segments").spliterator(), false)
        .filter(segment -> segment.path("kind").asText().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> texts(JsonNode entries, String field) {
    return StreamSupport.stream(entries.spliterator(), false)
        .map(entry -> entry.path(field).asText())
        .toList();
  }
}
