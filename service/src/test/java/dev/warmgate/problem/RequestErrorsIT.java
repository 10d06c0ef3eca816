package dev.warmgate.problem;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static dev.warmgate.testkit.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RawHttp;
import dev.warmgate.testkit.RunningService;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests other invalid requests, which are all answered with a problem document (RFC 9457). */
@Tag("quick")
final class RequestErrorsIT {
  private static final String ME = "/api/v1/auth/me";

  @RegisterExtension static final RunningService SERVICE = new RunningService();

  private final ApiClient api = SERVICE.api();

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/nothing", "/api/v1/auth", "/api/v1/auth/logins", "/api/v1/auth/me/x"})
  void answers404ToAnUnknownPathWithoutRepeatingIt(String path) {
    Answer refused = api.get(path);

    assertProblem(refused, 404, "not_found", "");
    assertThat(refused.header("X-Request-Id")).isNotEmpty();
    assertThat(refused.header("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @Test
  void repeatsNoMatrixParameterOfAKnownPath() {
    assertProblem(api.get(ME + ";token=secret"), 401, "missing_token", ME);
  }

  @Test
  void keepsAValidRequestIdOfTheCaller() {
    Answer kept =
        api.send(api.request("GET", "/x", null, null).header("X-Request-Id", "caller-7_x"));
    Answer replaced =
        api.send(api.request("GET", "/x", null, null).header("X-Request-Id", "a\tlog {line}"));

    assertThat(kept.header("X-Request-Id")).isEqualTo("caller-7_x");
    assertThat(replaced.header("X-Request-Id")).matches("[0-9a-f]{16}");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/auth/login, POST",
    "DELETE, /api/v1/auth/login, POST",
    "PUT, /api/v1/auth/me, GET",
    "POST, /api/v1/auth/ping, GET",
    "PATCH, /api/v1/auth/sessions, GET",
  })
  void namesTheAllowedMethods(String method, String path, String allowed) {
    Answer refused = api.send(api.request(method, path, null, null));

    assertProblem(refused, 405, "method_not_allowed", path);
    assertThat(refused.header("Allow")).contains(allowed);
  }

  @Test
  void refusesAnUnknownMethod() {
    Answer refused = api.send(api.request("BREW", "/api/v1/auth/ping", null, null));

    assertProblem(refused, 501, "not_implemented", "");
  }

  @Test
  void answersHeadLikeGetWithoutABody() {
    Answer found = api.send(api.request("HEAD", "/api/v1/auth/ping", null, null));
    Answer unauthenticated = api.send(api.request("HEAD", ME, null, null));
    Answer unknown = api.send(api.request("HEAD", "/nothing", null, null));

    assertThat(found.status()).isEqualTo(200);
    assertThat(unauthenticated.status()).isEqualTo(401);
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(found.body().isMissingNode()).isTrue();
  }

  @Test
  void answersOptionsWithTheAllowedMethodsOnly() {
    Answer options = api.send(api.request("OPTIONS", ME, null, null));

    assertThat(options.status()).isBetween(200, 204);
    assertThat(options.header("Allow")).contains("GET").contains("DELETE");
    assertThat(options.body().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/auth/me",
    "DELETE, /api/v1/auth/me",
    "POST, /api/v1/auth/password",
    "POST, /api/v1/auth/logout",
    "GET, /api/v1/auth/sessions",
    "DELETE, /api/v1/auth/sessions/9b2e5a52-0000-4000-8000-000000000000",
  })
  void checksTheTokenBeforeTheBody(String method, String path) {
    Answer refused = api.send(api.request(method, path, null, "{ not even JSON"));

    assertProblem(refused, 401, "missing_token", path);
    assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic dXNlcjpwYXNzd29yZA==", "Bearer", "Token abc", "bearertoken"})
  void acceptsBearerTokensOnly(String authorization) {
    Answer refused =
        api.send(api.request("GET", ME, null, null).header("Authorization", authorization));

    assertProblem(refused, 401, "missing_token", ME);
  }

  @Test
  void challengesAnInvalidToken() {
    Answer refused = api.me("garbage");

    assertProblem(refused, 401, "invalid_token", ME);
    assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
  }

  @Test
  void ignoresAnInvalidTokenOnPublicEndpoints() {
    assertThat(api.get("/api/v1/auth/ping", "garbage").status()).isEqualTo(200);
    assertThat(post("/api/v1/auth/register", credentials()).status()).isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"garbage", "0", "%00", "9b2e5a52-0000-4000-8000-00000000000g", "%F0%9F%94%A5"})
  void findsNoSessionWithAnInvalidId(String id) {
    String token = api.register(newEmail()).text("access_token");
    Answer refused = api.delete("/api/v1/auth/sessions/" + id, token, null);

    assertThat(refused.status()).isBetween(400, 404);
    assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
  }

  @Test
  void findsNoSessionWithAnUnknownId() {
    String token = api.register(newEmail()).text("access_token");
    String path = "/api/v1/auth/sessions/9b2e5a52-0000-4000-8000-000000000000";

    assertProblem(api.delete(path, token, null), 404, "session_not_found", path);
    assertProblem(
        api.delete("/api/v1/auth/sessions/garbage", token, null),
        404,
        "not_found",
        "/api/v1/auth/sessions/garbage");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /api/v1/auth/ping HTTP/1.1\\nHost: x\\nX-Long: LONG\\n\\n | 431 | headers_too_large",
        "GET /LONG HTTP/1.1\\nHost: x\\n\\n | 414 | uri_too_long",
        "nonsense\\n\\n | 400 | bad_request",
        "GET\\n\\n | 400 | bad_request",
        "GET /api/v1/auth/ping HTTP/1.1\\n\\n | 400 | bad_request",
        "GET /api/v1/auth/ping HTTP/1.1\\nHost: x\\n bad: folded\\n\\n | 400 | bad_request",
        "GET /api/v1/auth/ping HTTP/7.0\\nHost: x\\n\\n | 400 | bad_request",
        "GET /api/v1/auth/..%2fping HTTP/1.1\\nHost: x\\nConnection: close\\n\\n | 400 | bad_request",
        "GET /api/v1/auth/%2e%2e/ping HTTP/1.1\\nHost: x\\nConnection: close\\n\\n | 400 | bad_request",
        "GET /api/v1/auth/%zz HTTP/1.1\\nHost: x\\nConnection: close\\n\\n | 400 | bad_request",
        "DELETE /api/v1/auth/..%2fping HTTP/1.1\\nHost: x\\nConnection: close\\n\\n | 400 | bad_request",
        "POST / HTTP/1.1\\nHost: x\\nContent-Length: 1\\nContent-Length: 2\\n\\nab | 400 | bad_request",
        "POST / HTTP/1.1\\nHost: x\\nContent-Length: x\\n\\nab | 400 | bad_request",
      })
  void answersRequestsThatJettyRefusesWithAProblemOnBothPorts(
      String request, int status, String code) {
    String raw = request.strip().replace("\\n", "\r\n").replace("LONG", "x".repeat(9000));
    for (int port : new int[] {SERVICE.port(), SERVICE.adminPort()}) {
      Answer refused = RawHttp.send(port, raw);

      assertProblem(refused, status, code, "");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "DELETE", "PUT"})
  void answersWithAProblemOnTheAdminPort(String method) {
    Answer refused = SERVICE.adminApi().send(api(method, "/nothing"));

    assertThat(refused.status()).isBetween(404, 405);
    assertProblem(refused, refused.status(), refused.code(), "");
  }

  private HttpRequest.Builder api(String method, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + SERVICE.adminPort() + path))
        .method(method, HttpRequest.BodyPublishers.noBody());
  }

  private Answer post(String path, String body) {
    return api.send(api.request("POST", path, null, body));
  }

  private static String credentials() {
    return "{\"email\": \"" + newEmail() + "\", \"password\": \"" + PASSWORD + "\"}";
  }
}
