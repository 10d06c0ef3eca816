package dev.warmgate;

import static dev.warmgate.ApiClient.PASSWORD;
import static dev.warmgate.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way in which a request can be wrong, and the one form in which it is told so. */
final class RequestErrorsIT {
  private static final String LOGIN = "/api/v1/auth/login";
  private static final String ME = "/api/v1/auth/me";
  private static final int LIMIT = 64 * 1024;

  @RegisterExtension static final RunningService SERVICE = new RunningService();

  private final ApiClient api = SERVICE.api();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "}",
        "{'email': 'a@example.com'}",
        "{\"email\": \"a@example.com\", \"password\": \"unended",
        "{\"email\": \"a@example.com\", \"email\": \"b@example.com\", \"password\": \"x\"}",
        "{\"email\": \"a@example.com\", \"password\": \"correct horse\"} trailing",
        "{\"email\": \"a@example.com\", \"password\": \"correct horse\"}{}",
        "{\"email\": NaN}",
        "// no comments\n{}",
        "{\"email\": \"a@example.com\", \"password\": \"\u0001\"}",
      })
  void refusesWhatIsNotJson(String body) {
    assertProblem(post(LOGIN, body), 400, "malformed_json", LOGIN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "null"})
  void refusesABodyThatIsNotThere(String body) {
    Answer refused = post(LOGIN, body);

    assertProblem(refused, 422, "validation_failed", LOGIN);
    assertThat(refused.body().at("/errors/0/field").asText()).isEqualTo("body");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "\"text\"", "7", "true", "[{}]"})
  void refusesABodyThatIsNoObject(String body) {
    Answer refused = post(LOGIN, body);

    assertThat(refused.status()).isBetween(400, 422);
    assertProblem(refused, refused.status(), refused.code(), LOGIN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "login | {'password': 'correct horse'} | email | must not be null",
        "login | {'email': 'a@example.com'} | password | must not be null",
        "login | {'email': null, 'password': 'correct horse'} | email | must not be null",
        "login | {'email': 'a@example.com', 'password': null} | password | must not be null",
        "login | {'email': 'a@example.com', 'password': 'x', 'admin': true} | admin | is not a field",
        "login | {'email': 'a@example.com', 'Password': 'x'} | Password | is not a field",
        "login | {'email': 7, 'password': 'correct horse'} | email | expected type",
        "login | {'email': 'a@example.com', 'password': 12345678} | password | expected type",
        "login | {'email': 'a@example.com', 'password': 1.5} | password | expected type",
        "login | {'email': 'a@example.com', 'password': true} | password | expected type",
        "login | {'email': 'a@example.com', 'password': ['x']} | password | expected type",
        "login | {'email': 'a@example.com', 'password': {'text': 'x'}} | password | expected type",
        "login | {'email': 'nobody', 'password': 'x'} | email | must be an e-mail address",
        "login | {'email': 'a@', 'password': 'x'} | email | must be an e-mail address",
        "login | {'email': 'a@b..c', 'password': 'x'} | email | must be an e-mail address",
        "login | {'email': '', 'password': 'x'} | email | must be an e-mail address",
        "login | {'email': 'a\\u0000@example.com', 'password': 'x'} | email | must be an e-mail",
        "login | {'email': 'a@example.com', 'password': 'x\\ud800'} | password | valid Unicode",
        "register | {'email': 'nobody', 'password': 'correct horse'} | email | must be an e-mail",
        "refresh | {} | refresh_token | must not be null",
        "refresh | {'refresh_token': null} | refresh_token | must not be null",
        "refresh | {'refresh_token': 7} | refresh_token | expected type",
        "refresh | {'refreshToken': 'x'} | refreshToken | is not a field",
      })
  void namesTheFieldThatIsWrong(String path, String body, String field, String message) {
    Answer refused = post("/api/v1/auth/" + path, body.replace('\'', '"'));

    assertProblem(refused, 422, "validation_failed", "/api/v1/auth/" + path);
    assertThat(refused.body().path("errors")).hasSize(1);
    assertThat(refused.body().at("/errors/0/field").asText()).isEqualTo(field);
    assertThat(refused.body().at("/errors/0/message").asText()).contains(message);
  }

  @Test
  void namesAllFieldsThatAreMissing() {
    String token = api.register(newEmail()).text("access_token");
    Answer refused = api.post("/api/v1/auth/password", token, java.util.Map.of());

    assertProblem(refused, 422, "validation_failed", "/api/v1/auth/password");
    assertThat(refused.body().path("errors").findValuesAsText("field"))
        .containsExactly("current_password", "new_password");
  }

  @Test
  void neverRepeatsAPassword() {
    String secret = "hunter2-hunter2-hunter2";
    for (String body :
        new String[] {
          "{\"email\": \"" + secret + "\", \"password\": \"" + secret + "\"}",
          "{\"email\": \"a@example.com\", \"password\": \"" + secret + "\", \"" + secret,
          "{\"email\": \"a@example.com\", \"password\": [\"" + secret + "\"]}",
        }) {
      assertThat(post(LOGIN, body).body().toString()).doesNotContain("hunter2");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/xml"})
  void takesJsonOnly(String contentType) {
    HttpRequest.Builder request =
        api.request("POST", LOGIN, null, null)
            .header("Content-Type", contentType)
            .method("POST", HttpRequest.BodyPublishers.ofString(credentials()));

    assertProblem(api.send(request), 415, "unsupported_media_type", LOGIN);
  }

  @Test
  void answersJsonOnly() {
    Answer refused =
        api.send(
            api.request("POST", LOGIN, null, credentials()).header("Accept", "application/xml"));

    assertProblem(refused, 406, "not_acceptable", LOGIN);
  }

  @Test
  void takesABodyOf64KiB() {
    Answer refused = post(LOGIN, padded(credentials(), LIMIT));

    assertThat(refused.code()).isEqualTo("invalid_credentials");
  }

  @Test
  void refusesALargerBody() {
    assertProblem(post(LOGIN, padded(credentials(), LIMIT + 1)), 413, "body_too_large", LOGIN);
  }

  @Test
  void refusesALargerBodyInChunks() {
    byte[] body = padded(credentials(), LIMIT + 1).getBytes(StandardCharsets.UTF_8);
    HttpRequest.Builder request =
        api.request("POST", LOGIN, null, null)
            .header("Content-Type", "application/json")
            .method(
                "POST",
                HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));

    assertProblem(api.send(request), 413, "body_too_large", LOGIN);
  }

  @Test
  void refusesALargerBodyWithoutWaitingForAllOfIt() {
    String head =
        "POST "
            + LOGIN
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n";

    assertProblem(
        RawHttp.send(SERVICE.port(), head + " ".repeat(LIMIT + 1)), 413, "body_too_large", LOGIN);
  }

  @Test
  void takesABodyThatWasCutOffForTheFaultOfTheClient() {
    String head =
        "POST "
            + LOGIN
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n";

    assertProblem(
        RawHttp.sendAndEnd(SERVICE.port(), head + "{\"email\":"), 400, "bad_request", LOGIN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/nothing", "/api/v1/auth", "/api/v1/auth/logins", "/api/v1/auth/me/x"})
  void saysThatThereIsNothingAtAnUnknownPath(String path) {
    Answer refused = api.get(path);

    assertProblem(refused, 404, "not_found", path);
    assertThat(refused.header("X-Request-Id")).isNotEmpty();
    assertThat(refused.header("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @Test
  void keepsThePlainRequestIdOfTheCaller() {
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
  void saysWhichMethodsAreAllowed(String method, String path, String allowed) {
    Answer refused = api.send(api.request(method, path, null, null));

    assertProblem(refused, 405, "method_not_allowed", path);
    assertThat(refused.header("Allow")).contains(allowed);
  }

  @Test
  void refusesAMethodThatNobodyKnows() {
    Answer refused = api.send(api.request("BREW", "/api/v1/auth/ping", null, null));

    assertProblem(refused, 405, "method_not_allowed", "/api/v1/auth/ping");
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
  void answersOptionsWithTheMethodsAndNothingElse() {
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
  void asksForATokenBeforeAnythingElse(String method, String path) {
    Answer refused = api.send(api.request(method, path, null, "{ not even JSON"));

    assertProblem(refused, 401, "missing_token", path);
    assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic dXNlcjpwYXNzd29yZA==", "Bearer", "Token abc", "bearertoken"})
  void takesBearerTokensOnly(String authorization) {
    Answer refused =
        api.send(api.request("GET", ME, null, null).header("Authorization", authorization));

    assertProblem(refused, 401, "missing_token", ME);
  }

  @Test
  void challengesABadToken() {
    Answer refused = api.me("garbage");

    assertProblem(refused, 401, "invalid_token", ME);
    assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
  }

  @Test
  void ignoresABadTokenWhereNoneIsNeeded() {
    assertThat(api.get("/api/v1/auth/ping", "garbage").status()).isEqualTo(200);
    assertThat(post("/api/v1/auth/register", credentials()).status()).isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"garbage", "0", "%00", "9b2e5a52-0000-4000-8000-00000000000g", "%F0%9F%94%A5"})
  void findsNoSessionUnderAnIdThatIsNone(String id) {
    String token = api.register(newEmail()).text("access_token");
    Answer refused = api.delete("/api/v1/auth/sessions/" + id, token, null);

    assertThat(refused.status()).isBetween(400, 404);
    assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
  }

  @Test
  void findsNoSessionUnderAnUnknownId() {
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
  void answersOnBothPortsWhatTheServerItselfRefusesInTheSameForm(
      String request, int status, String code) {
    String raw = request.strip().replace("\\n", "\r\n").replace("LONG", "x".repeat(9000));
    for (int port : new int[] {SERVICE.port(), SERVICE.adminPort()}) {
      Answer refused = RawHttp.send(port, raw);

      assertProblem(refused, status, code, refused.text("instance"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "DELETE", "PUT"})
  void answersOnTheAdminPortInTheSameForm(String method) {
    Answer refused = SERVICE.adminApi().send(api(method, "/nothing"));

    assertThat(refused.status()).isBetween(404, 405);
    assertProblem(refused, refused.status(), refused.code(), "/nothing");
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

  private static String padded(String body, int size) {
    return body + " ".repeat(size - body.length());
  }

  private static void assertProblem(Answer answer, int status, String code, String instance) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.text("type")).isEqualTo("urn:warmgate:problem:" + code);
    assertThat(answer.text("title")).isNotEmpty();
    assertThat(answer.body().path("status").asInt()).isEqualTo(status);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.text("instance")).isEqualTo(instance);
  }
}
