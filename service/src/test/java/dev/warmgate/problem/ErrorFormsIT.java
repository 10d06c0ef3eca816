package dev.warmgate.problem;

import static dev.warmgate.testkit.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.request.Scopes;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.NewServiceKey;
import dev.warmgate.testkit.RawHttp;
import dev.warmgate.testkit.RunningService;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that errors which precede an endpoint, or which no endpoint of Jersey answers, have the
 * form and the headers of all others.
 */
final class ErrorFormsIT {
  private static final String APP = "https://app.example.com";
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String ID = "9b2e5a52-0000-4000-8000-000000000000";
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "BREW");

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("tokens.issuer", "https://auth.example.com")
          .with("cors.allowed_origins", APP);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST | Content-Type: application/json | 415 | unsupported_media_type",
        "POST | Content-Type: text/plain | 415 | unsupported_media_type",
        "POST | Content-Encoding: gzip | 415 | unsupported_media_type",
        "POST | Accept: text/html | 406 | not_acceptable",
        "POST | Transfer-Encoding: gzip, chunked | 501 | not_implemented",
        "POST | X-Long: LONG | 431 | headers_too_large",
        "POST | Content-Length: x | 400 | bad_request",
        "GET | Accept: */* | 405 | method_not_allowed",
        "PATCH | Accept: */* | 405 | method_not_allowed",
        "TRACE | Accept: */* | 405 | method_not_allowed",
        "BREW | Accept: */* | 501 | not_implemented",
      })
  void answersOAuthClientsWithOAuthErrors(String method, String header, int status, String code)
      throws Exception {
    String key = NewServiceKey.with(SERVICE, Scopes.INTROSPECT, Scopes.REVOKE);
    for (String path : List.of("/oauth/token", "/api/v1/auth/introspect", "/api/v1/auth/revoke")) {
      Answer refused =
          raw(
              method,
              path,
              header.replace("LONG", "x".repeat(9000)),
              "Authorization: Bearer " + key);

      assertThat(refused.status()).as(path + refused.body()).isEqualTo(status);
      assertThat(refused.code()).isEqualTo(code);
      assertThat(refused.header("Content-Type")).startsWith("application/json");
      assertThat(refused.text("error")).isEqualTo("invalid_request");
      assertThat(refused.text("error_description")).isNotEmpty();
      assertThat(refused.header("Cache-Control")).isEqualTo("no-store");
      if (status == 405) {
        assertThat(refused.header("Allow")).contains("POST").doesNotContain("TRACE");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/api/v1/auth/introspect | X-None: 1 | 401 | Bearer, Basic realm=\"service keys\"",
        "/api/v1/auth/introspect | Authorization: Bearer x | 401 |"
            + " Bearer error=\"invalid_token\", Basic realm=\"service keys\"",
        "/api/v1/auth/introspect | Authorization: Basic eDp5 | 401 |"
            + " Basic realm=\"service keys\", Bearer",
        "/api/v1/auth/introspect | Authorization: Basic ? | 401 |"
            + " Basic realm=\"service keys\", Bearer",
        "/oauth/token | X-None: 1 | 400 | ''",
        "/oauth/token/ | X-None: 1 | 400 | ''",
        "/oauth/token | Authorization: Basic eDp5 | 401 | Basic realm=\"service keys\", Bearer",
      })
  void challengesAnOAuthClientByTheSchemeItUsed(
      String path, String authorization, int status, String challenges) {
    String form = "grant_type=refresh_token&refresh_token=x&client_id=unknown&token=x";
    Answer refused = RawHttp.send(SERVICE.port(), head("POST", path, authorization, form) + form);

    assertThat(refused.status()).isEqualTo(status);
    assertThat(refused.text("error")).isEqualTo("invalid_client");
    assertThat(String.join(", ", refused.headers().allValues("WWW-Authenticate")))
        .isEqualTo(challenges);
  }

  @Test
  void namesTheMethodsOfEveryEndpoint() throws IOException {
    JsonNode paths = contract().path("paths");
    for (String template : (Iterable<String>) paths::fieldNames) {
      String url = template.replaceAll("\\{\\w+}", ID);
      Set<String> described = methods(paths.path(template));
      // A literal path also has the methods of a template that matches it.
      Set<String> answered = new HashSet<>(described);
      for (Map.Entry<String, JsonNode> path : paths.properties()) {
        if (url.matches(path.getKey().replaceAll("\\{\\w+}", "[^/]+"))) {
          answered.addAll(methods(path.getValue()));
        }
      }
      for (String method : METHODS) {
        if (answered.contains(method) || List.of("HEAD", "OPTIONS", "BREW").contains(method)) {
          continue;
        }
        Answer refused = raw(method, url, "Accept: text/html", "X-None: 1");

        assertThat(refused.status()).as(method + " " + url).isEqualTo(405);
        assertThat(refused.code()).isEqualTo("method_not_allowed");
        assertThat(allowed(refused))
            .as(method + " " + url)
            .containsAll(described)
            .doesNotContain(method)
            .isEqualTo(allowed(raw("OPTIONS", url)));
      }
    }
  }

  /** A probe with a mistyped name of a check would be told that all is well, for ever. */
  @Test
  void refusesToReportHealthOfAnUnknownType() {
    for (String unknown : List.of("type=redy", "type=", "type=ready&type=alive")) {
      Answer answer = SERVICE.api().get("/health-check?" + unknown);
      assertThat(answer.status()).as(unknown).isEqualTo(400);
      assertThat(answer.code()).as(unknown).isEqualTo("bad_request");
    }
    for (String known : List.of("type=ready", "type=ALIVE", "name=all")) {
      assertThat(SERVICE.api().get("/health-check?" + known).status()).as(known).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/healthcheck",
        "/metrics",
        "/ping",
        "/threads",
        "/tasks",
        "/tasks/load-test",
        "/observatory",
        "/observatory.json",
        "/nothing",
        "/health-check",
        "/health-check?type=alive",
        "/health-check?type=nonsense",
        "/health-check?name=%zz"
      })
  void answersEachMethodBesideTheApi(String path) {
    int port = path.startsWith("/health-check") ? SERVICE.port() : SERVICE.adminPort();
    for (String method : METHODS) {
      if (path.equals("/tasks/load-test") && method.equals("POST")) {
        continue;
      }
      Answer answer =
          RawHttp.send(port, head(method, path, "X-Requested-By: a test\r\nAccept: text/html", ""));

      String what = method + " " + path;
      assertThat(answer.status()).as(what).isIn(200, 204, 400, 404, 405, 501);
      assertThat(answer.status() == 501).as(what).isEqualTo(method.equals("BREW"));
      assertThat(answer.header("Content-Security-Policy")).as(what).contains("default-src 'none'");
      assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
      assertThat(answer.header("Strict-Transport-Security")).isEqualTo("max-age=31536000");
      assertThat(answer.header("Cache-Control")).as(what).contains("no-store");
      if (answer.status() >= 400 && !method.equals("HEAD")) {
        assertProblem(answer, answer.status(), answer.code(), "");
      }
      if (answer.status() == 405 || (method.equals("OPTIONS") && answer.status() != 404)) {
        assertThat(answer.header("Allow"))
            .as(what)
            .contains(path.equals("/tasks/load-test") ? "POST" : "GET")
            .doesNotContain("TRACE");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST | /api/v1/auth/login | Content-Type: text/plain | 415",
        "PATCH | /api/v1/auth/login | X-None: 1 | 405",
        "TRACE | /api/v1/auth/login | X-None: 1 | 405",
        "BREW | /api/v1/auth/login | X-None: 1 | 501",
        "POST | /api/v1/auth/login | Accept: text/html | 406",
        "GET | /api/v1/auth/me | X-None: 1 | 401",
        "POST | /api/v1/auth/introspect | Authorization: Basic eDp5 | 401",
        "GET | /nothing | X-None: 1 | 404",
        "PATCH | /health-check | X-None: 1 | 405",
        "POST | /oauth/token | Transfer-Encoding: gzip, chunked | 501",
        "GET | /api/v1/auth/..%2fping | X-None: 1 | 400",
      })
  void letsAnAllowedOriginReadTheError(String method, String path, String header, int status) {
    Answer allowed = raw(method, path, "Origin: " + APP, header);
    Answer other = raw(method, path, "Origin: https://evil.example.com", header);

    assertThat(allowed.status()).isEqualTo(status);
    assertThat(allowed.header("Access-Control-Allow-Origin")).isEqualTo(APP);
    assertThat(allowed.header("Access-Control-Expose-Headers")).contains("Retry-After");
    assertThat(allowed.headers().allValues("Vary")).contains("Origin");
    assertThat(other.status()).isEqualTo(status);
    assertThat(other.header("Access-Control-Allow-Origin")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /nothing, 404",
    "PUT, /api/v1/auth/login, 405",
    "POST, /api/v1/auth/login, 406",
    "GET, /api/v1/auth/..%2fping, 400",
    "POST, /health-check, 405",
  })
  void answersABrowserWithJson(String method, String path, int status) {
    Answer refused = raw(method, path, "Accept: text/html,application/xhtml+xml", "X-None: 1");

    assertProblem(refused, status, refused.code(), refused.text("instance"));
  }

  private static JsonNode contract() throws IOException {
    try (InputStream file = ErrorFormsIT.class.getResourceAsStream("/openapi.json")) {
      return new ObjectMapper().readTree(file);
    }
  }

  private static Set<String> allowed(Answer answer) {
    return Set.of(answer.header("Allow").split(", *", -1));
  }

  private static Set<String> methods(JsonNode path) {
    Set<String> methods = new HashSet<>();
    path.fieldNames().forEachRemaining(name -> methods.add(name.toUpperCase(Locale.ROOT)));
    return methods;
  }

  /** Java's client sends no TRACE, and no Transfer-Encoding of the test's. */
  private static Answer raw(String method, String path, String... headers) {
    return RawHttp.send(SERVICE.port(), head(method, path, String.join("\r\n", headers), ""));
  }

  private static String head(String method, String path, String headers, String body) {
    return method
        + " "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        + headers
        + (method.equals("POST") && !headers.contains("Content-Type: ")
            ? "\r\nContent-Type: " + (path.contains("login") ? "application/json" : FORM)
            : "")
        + (headers.contains("Transfer-Encoding") || headers.contains("Content-Length")
            ? ""
            : "\r\nContent-Length: " + body.length())
        + "\r\n\r\n";
  }
}
