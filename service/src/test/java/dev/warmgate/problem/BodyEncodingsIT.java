package dev.warmgate.problem;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static dev.warmgate.testkit.Problems.assertProblem;
import static dev.warmgate.testkit.WebhookAdmin.WEBHOOKS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RawHttp;
import dev.warmgate.testkit.RunningService;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests how bodies are coded, in which charset they are, and that no JSON value is converted. */
final class BodyEncodingsIT {
  private static final String LOGIN = "/api/v1/auth/login";
  private static final String JSON = "application/json";
  private static final String CREDENTIALS =
      "{\"email\": \"nobody@example.com\", \"password\": \"correct horse\"}";

  @RegisterExtension static final RunningService SERVICE = new RunningService();

  private static @Nullable String admin;

  private final ApiClient api = SERVICE.api();

  @BeforeAll
  static void createAdmin() {
    admin = AdminAccount.token(SERVICE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gzip",
        "GZIP",
        "deflate",
        "br",
        "zstd",
        "compress",
        "gzip, br",
        "identity, gzip",
        "*"
      })
  void refusesAnUnsupportedContentEncoding(String coding) {
    Answer login = send(LOGIN, null, JSON, coding, CREDENTIALS.getBytes(StandardCharsets.UTF_8));
    Answer webhook =
        send(
            WEBHOOKS,
            admin,
            JSON,
            coding,
            "{\"url\": \"https://example.com\"}".getBytes(StandardCharsets.UTF_8));

    assertProblem(login, 415, "unsupported_media_type", LOGIN);
    assertThat(login.header("Accept-Encoding")).isEqualTo("identity");
    assertProblem(webhook, 415, "unsupported_media_type", WEBHOOKS);
  }

  /** The body is not read there, but a proxy may read it in another way. */
  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/auth/ping",
    "GET, /api/v1/auth/me",
    "DELETE, /api/v1/auth/sessions/9b2e5a52-0000-4000-8000-000000000000",
    "POST, /api/v1/auth/logout",
    "POST, /api/v1/webhooks/9b2e5a52-0000-4000-8000-000000000000/rotate-secret",
    "OPTIONS, /api/v1/auth/login",
  })
  void refusesACompressedBodyWhereNoneIsRead(String method, String path) {
    String user = api.register(newEmail()).text("access_token");
    Answer refused = send(method, path, user, JSON, "gzip", "{}".getBytes(StandardCharsets.UTF_8));
    Answer utf16 =
        send(method, path, user, JSON + "; charset=utf-16", null, new byte[] {'{', 0, '}', 0});
    Answer empty = send(method, path, user, JSON, "gzip", new byte[0]);

    assertProblem(refused, 415, "unsupported_media_type", path);
    assertThat(refused.header("Accept-Encoding")).isEqualTo("identity");
    assertProblem(utf16, 415, "unsupported_media_type", path);
    assertThat(empty.status()).as("without a body").isNotEqualTo(415);
  }

  @Test
  void readsABodyThatSaysThatItIsNotCompressed() {
    byte[] body = CREDENTIALS.getBytes(StandardCharsets.UTF_8);

    assertThat(send(LOGIN, null, JSON, "identity", body).code()).isEqualTo("invalid_credentials");
    assertThat(send(LOGIN, null, JSON, "Identity", body).code()).isEqualTo("invalid_credentials");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip, chunked", "x, chunked", "chunked;a=b, chunked", "deflate,chunked"})
  void doesNotImplementOtherTransferCodings(String coding) {
    String head =
        "POST " + LOGIN + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    String request =
        head + "Transfer-Encoding: " + coding + "\r\n\r\n2\r\n{}\r\n0\r\n\r\n" + head + "\r\n";

    for (int port : new int[] {SERVICE.port(), SERVICE.adminPort()}) {
      Answer refused = RawHttp.send(port, request);

      assertProblem(refused, 501, "not_implemented", "");
      assertThat(refused.header("Connection")).isEqualTo("close");
      assertThat(RawHttp.statuses(port, request)).isEqualTo(List.of(501));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"iso-8859-1", "utf-16", "us-ascii", "x-unknown", "\"utf-32\"", "\"\""})
  void refusesAnotherCharset(String charset) {
    Answer json =
        send(
            LOGIN,
            null,
            JSON + "; charset=" + charset,
            null,
            CREDENTIALS.getBytes(StandardCharsets.UTF_8));

    assertProblem(json, 415, "unsupported_media_type", LOGIN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"utf-8", "UTF-8", "\"utf-8\"", "utf8", "UTF8", "\"Utf8\"", "unicode-1-1-utf-8"})
  void acceptsUtf8ByName(String charset) {
    assertThat(
            send(
                    LOGIN,
                    null,
                    JSON + "; charset=" + charset,
                    null,
                    CREDENTIALS.getBytes(StandardCharsets.UTF_8))
                .code())
        .isEqualTo("invalid_credentials");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16BE", "UTF-16LE", "UTF-32", "UTF-32BE", "UTF-32LE"})
  void doesNotGuessTheCharset(String charset) {
    byte[] body = CREDENTIALS.getBytes(Charset.forName(charset));

    assertProblem(send(LOGIN, null, JSON, null, body), 400, "malformed_json", LOGIN);
  }

  @ParameterizedTest
  @CsvSource({
    "ff, no UTF-8",
    "e9, Latin-1",
    "c3, truncated",
    "c0ae, overlong",
    "e080ae, overlong",
    "eda080, surrogate",
    "f4908080, above U+10FFFF",
  })
  void refusesInvalidUtf8(String bytes, String what) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(
        "{\"email\": \"a@example.com\", \"password\": \"correct ".getBytes(StandardCharsets.UTF_8));
    body.write(HexFormat.of().parseHex(bytes));
    body.write("horse\"}".getBytes(StandardCharsets.UTF_8));

    assertProblem(send(LOGIN, null, JSON, null, body.toByteArray()), 400, "malformed_json", LOGIN);
    assertThat(what).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/api/v1/admin/accounts/search | {'email_prefix': 'a', 'limit': 1.5} | limit",
        "/api/v1/admin/accounts/search | {'email_prefix': 'a', 'limit': 1.0} | limit",
        "/api/v1/admin/accounts/search | {'email_prefix': 'a', 'limit': 1e1} | limit",
        "/api/v1/admin/accounts/search | {'email_prefix': 'a', 'limit': '7'} | limit",
        "/api/v1/admin/accounts/search | {'email_prefix': 'a', 'limit': ''} | limit",
        "/api/v1/admin/accounts/search | {'email_prefix': 'a', 'limit': true} | limit",
        "/api/v1/admin/accounts/search | {'email_prefix': 'a', 'limit': 4294967297} | limit",
        "/api/v1/admin/accounts/search | {'email_prefix': 7} | email_prefix",
        "/api/v1/admin/accounts/search | {'email_prefix': 'a', 'after': false} | after",
        "/api/v1/webhooks | {'url': 7} | url",
        "/api/v1/webhooks | {'url': 'https://example.com', 'events': [0]} | events",
        "/api/v1/webhooks | {'url': 'https://example.com', 'events': [1.5]} | events",
        "/api/v1/webhooks | {'url': 'https://example.com', 'events': [true]} | events",
        "/api/v1/webhooks | {'url': 'https://example.com', 'events': ''} | events",
        "/api/v1/auth/login | {'email': 'a@example.com', 'password': 'x', 'resource': 7} | resource",
        "/api/v1/auth/login | {'email': 'a@example.com', 'password': 'x', 'device_token': 7} | device_token",
      })
  void convertsNoJsonValue(String path, String body, String field) {
    Answer refused = api.send(api.request("POST", path, admin, body.replace('\'', '"')));

    assertProblem(refused, 422, "validation_failed", path);
    assertThat(refused.body().at("/errors/0/field").asText()).isEqualTo(field);
  }

  @Test
  void refusesFormsInAnotherCodingOrCharset() {
    String form = "application/x-www-form-urlencoded";
    byte[] body = "token=x".getBytes(StandardCharsets.UTF_8);

    for (Answer refused :
        List.of(
            send("/oauth/token", null, form, "br", body),
            send("/oauth/token", null, form + "; charset=utf-16", null, body))) {
      assertThat(refused.status()).isEqualTo(415);
      assertThat(refused.text("error")).isNotEmpty();
    }
  }

  private Answer send(
      String path, @Nullable String token, String type, @Nullable String coding, byte[] body) {
    return send("POST", path, token, type, coding, body);
  }

  private Answer send(
      String method,
      String path,
      @Nullable String token,
      String type,
      @Nullable String coding,
      byte[] body) {
    var request =
        api.request(method, path, token, null)
            .header("Content-Type", type)
            .method(method, BodyPublishers.ofByteArray(body));
    return api.send(coding == null ? request : request.header("Content-Encoding", coding));
  }
}
