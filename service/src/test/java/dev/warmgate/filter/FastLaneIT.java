package dev.warmgate.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RunningService;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("quick")
final class FastLaneIT {
  @RegisterExtension static final RunningService SERVICE = new RunningService();

  private final ApiClient api = SERVICE.api();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/auth/sessions",
        "/api/v1/auth/ping/../sessions",
        "/api/v1/auth/./sessions",
        "/api/v1/auth//sessions",
        "//api/v1/auth/sessions",
        "/api/v1/auth/ping;/../sessions",
        "/api/v1/auth/sessions;x=ping",
        "/api/v1/auth;ping/sessions",
        "/api/v1/auth/ping/%2e%2e/sessions",
        "/api/v1/auth/%2e/sessions",
        "/api/v1/auth/ping%2f..%2fsessions",
        "/api/v1/auth/s%65ssions",
        "/API/v1/auth/sessions",
        "/api/v1/auth/Sessions",
        "/api/v1/auth/sessions/",
        "/api/v1/auth/sessions.",
        "/api/v1/auth/sessions..",
        "/api/v1/auth/sessions%00",
        "/api/v1/auth/sessions?x=/api/v1/auth/ping",
        "/api/v1/auth/sessions#/api/v1/auth/ping"
      })
  void isNotReachedByAnotherSpellingOfAPath(String path) {
    String token = api.register(ApiClient.newEmail()).text("access_token");
    JsonNode before = ledger();

    Answer answer = api.get(path, token);

    JsonNode after = ledger();
    long fast = requests(after, "fast") - requests(before, "fast");
    // Reading the ledger is one fast request itself.
    assertThat(fast).isEqualTo(1);
    if (answer.status() == 200) {
      assertThat(requests(after, "full") - requests(before, "full")).isEqualTo(1);
      assertThat(after.at("/full/filters/access-control/passed").asInt())
          .isGreaterThan(before.at("/full/filters/access-control/passed").asInt());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD", "OPTIONS", "POST", "PUT", "PATCH", "TRACE"})
  void isNotReachedByAnotherMethod(String method) {
    String token = api.register(ApiClient.newEmail()).text("access_token");
    JsonNode before = ledger();

    Answer answer = api.send(api.request(method, "/api/v1/auth/sessions", token, null));

    assertThat(requests(ledger(), "fast") - requests(before, "fast")).isEqualTo(1);
    if (method.equals("HEAD")) {
      assertThat(answer.status()).isEqualTo(200);
      assertThat(requests(ledger(), "full")).isGreaterThan(requests(before, "full"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"})
  void ignoresHeadersThatOverrideTheMethod(String header) {
    String token = api.register(ApiClient.newEmail()).text("access_token");
    HttpRequest.Builder request =
        api.request("GET", "/api/v1/auth/me", token, null).header(header, "DELETE");

    assertThat(api.send(request).text("email")).isNotEmpty();
    assertThat(api.me(token).status()).isEqualTo(200);
  }

  @Test
  void ignoresAnInvalidTokenOnPublicEndpoints() {
    assertThat(api.get("/api/v1/auth/ping", "not.a.token").status()).isEqualTo(200);
    assertThat(api.get("/api/v1/auth/jwks.json", "not.a.token").status()).isEqualTo(200);
  }

  /** The keys are the same for everybody; the endpoint, which others reach, answers alike. */
  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/auth/jwks.json", "/.well-known/jwks.json"})
  void isNotNeededForThePublishedKeys(String path) {
    JsonNode before = ledger();

    Answer atOnce = api.get(path);
    Answer filtered = api.with("If-None-Match", "\"another\"").get(path);

    assertThat(requests(ledger(), "fast") - requests(before, "fast")).isEqualTo(2);
    assertThat(atOnce.status()).isEqualTo(200);
    assertThat(atOnce.body()).isEqualTo(filtered.body());
    assertThat(headers(atOnce)).isEqualTo(headers(filtered)).containsKeys("etag", "cache-control");
    assertThat(api.with("X-Request-Id", "abcdefgh").get(path).header("x-request-id"))
        .isEqualTo("abcdefgh");
    assertThat(api.with("Accept", "text/html").get(path).status()).isEqualTo(406);
    assertThat(api.with(LoadTestKeys.HEADER, "no key").get(path).status()).isIn(401, 403);
  }

  /** Without those that differ from request to request. */
  private static Map<String, List<String>> headers(Answer answer) {
    Map<String, List<String>> headers = new TreeMap<>(answer.headers().map());
    assertThat(headers.remove("x-request-id")).hasSize(1);
    headers.remove("date");
    return headers;
  }

  private JsonNode ledger() {
    return api.get("/api/v1/auth/middleware-status").body().path("ledger");
  }

  private static long requests(JsonNode ledger, String lane) {
    return ledger.at("/" + lane + "/requests").asLong();
  }
}
