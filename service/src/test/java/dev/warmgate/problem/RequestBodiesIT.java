package dev.warmgate.problem;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static dev.warmgate.testkit.Problems.assertProblem;
import static dev.warmgate.testkit.WebhookAdmin.WEBHOOKS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RawHttp;
import dev.warmgate.testkit.RunningService;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests invalid request bodies. */
final class RequestBodiesIT {
  private static final String LOGIN = "/api/v1/auth/login";
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
  void refusesMalformedJson(String body) {
    assertProblem(post(LOGIN, body), 400, "malformed_json", LOGIN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "null"})
  void refusesAMissingBody(String body) {
    Answer refused = post(LOGIN, body);

    assertProblem(refused, 422, "validation_failed", LOGIN);
    assertThat(refused.body().at("/errors/0/field").asText()).isEqualTo("body");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "\"text\"", "7", "true", "[{}]"})
  void refusesABodyThatIsNotAnObject(String body) {
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
  void namesTheInvalidField(String path, String body, String field, String message) {
    Answer refused = post("/api/v1/auth/" + path, body.replace('\'', '"'));

    assertProblem(refused, 422, "validation_failed", "/api/v1/auth/" + path);
    assertThat(refused.body().path("errors")).hasSize(1);
    assertThat(refused.body().at("/errors/0/field").asText()).isEqualTo(field);
    assertThat(refused.body().at("/errors/0/message").asText()).contains(message);
  }

  @Test
  void namesTheMissingField() {
    String token = api.register(newEmail()).text("access_token");
    Answer refused = api.post("/api/v1/auth/password", token, java.util.Map.of());

    assertProblem(refused, 422, "validation_failed", "/api/v1/auth/password");
    assertThat(refused.body().path("errors").findValuesAsText("field"))
        .containsExactly("new_password");
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
  void acceptsJsonOnly(String contentType) {
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
  void acceptsABodyOf64KiB() {
    Answer refused = post(LOGIN, padded(credentials(), LIMIT));

    assertThat(refused.code()).isEqualTo("invalid_credentials");
  }

  @Test
  void refusesALargerBody() {
    assertProblem(post(LOGIN, padded(credentials(), LIMIT + 1)), 413, "body_too_large", "");
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

    assertProblem(api.send(request), 413, "body_too_large", "");
  }

  @Test
  void refusesALargerBodyBeforeItIsComplete() {
    String head =
        "POST "
            + LOGIN
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n";

    assertProblem(
        RawHttp.send(SERVICE.port(), head + " ".repeat(LIMIT + 1)), 413, "body_too_large", "");
  }

  @Test
  void refusesALargerBodyThatAFilterReadsBeforeItIsComplete() {
    String head =
        "POST "
            + WEBHOOKS
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
            + AdminAccount.token(SERVICE)
            + "\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n";

    assertProblem(
        RawHttp.send(SERVICE.port(), head + " ".repeat(LIMIT + 1)), 413, "body_too_large", "");
  }

  @Test
  void answers400ToATruncatedBody() {
    String head =
        "POST "
            + LOGIN
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n";

    assertProblem(RawHttp.sendAndEnd(SERVICE.port(), head + "{\"email\":"), 400, "bad_request", "");
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
}
