package dev.warmgate.loadtest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.testkit.TestStack;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plants secrets in every kind of request, where they belong and where not, and checks that no log
 * line of any level, no span and no metric contains them.
 */
@Tag("full")
final class SecretsStayInsideIT {
  private static final String EMAIL = "planted.address@example.com";
  private static final String PASSWORD = "planted-password-Zq7";
  private static final String NEW_PASSWORD = "planted-replacement-Xw9";

  private static final Map<String, String> OUTSPOKEN =
      Map.of(
          "LOG_LEVEL",
          "ALL",
          "OTEL_METRIC_EXPORT_INTERVAL",
          "500",
          "TRUSTED_PROXIES",
          MisplacedSecrets.PROXY + "/32");

  @TempDir private Path directory;

  @Test
  void leavesNoSecretInALogLineASpanOrAMetric() throws Exception {
    Map<String, String> secrets = new LinkedHashMap<>();
    secrets.put("e-mail address", "planted.address");
    secrets.put("password", PASSWORD);
    secrets.put("new password", NEW_PASSWORD);
    secrets.put("password hash", "$argon2id$");
    String log;
    String spans;
    String answers;
    Queue<String> metrics = new ConcurrentLinkedQueue<>();
    try (Stack stack = TestStack.start(directory, OUTSPOKEN)) {
      stack.spans().handMetricsTo(export -> metrics.add(export.toString()));
      TracedClient client = new TracedClient(stack.address().baseUrl(), stack.spans());
      MisplacedSecrets misplaced = new MisplacedSecrets(stack.address());
      misplaced.plant(Json.read(client.get("/openapi.json", "").body()));
      answers = misplaced.answers();
      misplaced.secrets().forEach((place, secret) -> secrets.put("secret in " + place, secret));
      TracedClient.Traced last = useEverything(client, secrets);
      assertThat(client.trace(last)).isNotEmpty();
      int before = metrics.size();
      TestStack.await(Duration.ofSeconds(10), () -> metrics.size() > before + 1);
      spans =
          stack.spans().kept().stream()
              .flatMap(List::stream)
              .map(Span::toString)
              .collect(Collectors.joining("\n"));
      log = Files.readString(directory.resolve("service.log"));
    }
    for (String line : Files.readAllLines(directory.resolve("secrets"))) {
      secrets.put("key", line.replaceFirst(".*k1:", "").replace("'", ""));
    }

    assertThat(log).contains("\"trace_id\"", "\"span_id\"", "\"request_id\"");
    assertThat(spans).contains("filter rate-limit", "INSERT", "/api/v1/auth/login");
    assertThat(String.join("\n", metrics)).contains("http.server.request.duration", "exemplars");
    SoftAssertions softly = new SoftAssertions();
    secrets.forEach((what, secret) -> {
      softly.assertThat(secret).as(what).hasSizeGreaterThan(8);
      softly.assertThat(around(secret, log)).as("in the log: " + what).isEmpty();
      softly.assertThat(around(secret, spans)).as("in a span: " + what).isEmpty();
      softly
          .assertThat(around(secret, String.join("\n", metrics)))
          .as("in a metric: " + what)
          .isEmpty();
    });
    List.of("query", "path", "request line", "user info", "Host", "header")
        .forEach(place ->
            softly
                .assertThat(around(secrets.get("secret in " + place), answers))
                .as("in an answer: " + place)
                .isEmpty());
    softly.assertAll();
  }

  /** Returns the text around the first secret in it, or nothing if there is none. */
  private static String around(String secret, String text) {
    int at = text.indexOf(secret);
    return at < 0 ? "" : text.substring(Math.max(0, at - 300), Math.min(text.length(), at + 100));
  }

  private static TracedClient.Traced useEverything(TracedClient client, Map<String, String> secrets)
      throws Exception {
    String credentials = credentials(EMAIL, PASSWORD);
    TracedClient.Traced registered = client.post("/api/v1/auth/register", credentials);
    client.post("/api/v1/auth/register", credentials);
    TracedClient.Traced session = client.post("/api/v1/auth/login", credentials);
    assertThat(session.status()).isEqualTo(200);
    String access = session.field("access_token");
    String refresh = session.field("refresh_token");
    secrets.put("access token", access);
    secrets.put("signature of the access token", access.substring(access.lastIndexOf('.') + 1));
    secrets.put("refresh token", refresh);
    secrets.put("first refresh token", registered.field("refresh_token"));

    List<String> bodies = new ArrayList<>();
    bodies.add(credentials(EMAIL, NEW_PASSWORD));
    bodies.add(credentials + credentials);
    bodies.add("{\"email\":\"" + EMAIL + "\",\"password\":\"" + PASSWORD);
    bodies.add("{\"email\":\"" + EMAIL + "\",\"" + PASSWORD + "\":1}");
    bodies.add("{\"email\":[\"" + EMAIL + "\"],\"password\":{\"" + PASSWORD + "\":1}}");
    for (String body : bodies) {
      assertThat(client.post("/api/v1/auth/login", body).status()).isBetween(400, 499);
    }
    String change = Json.of("current_password", PASSWORD, "new_password", NEW_PASSWORD);
    TracedClient.Traced changed = client.post("/api/v1/auth/password", access, change);
    assertThat(changed.status()).as(changed.body()).isEqualTo(200);
    access = changed.field("access_token");
    refresh = changed.field("refresh_token");
    secrets.put("access token of the new password", access);
    secrets.put("refresh token of the new password", refresh);
    client.get("/api/v1/auth/sessions", access);
    client.get("/api/v1/auth/me", access + "x");
    client.get("/api/v1/auth/me", "");
    client.post("/api/v1/auth/refresh", refreshing(refresh + "x"));
    String successor =
        client.post("/api/v1/auth/refresh", refreshing(refresh)).field("refresh_token");
    secrets.put("second refresh token", successor);
    client.post("/api/v1/auth/refresh", refreshing(successor));
    // A token two generations old counts as reuse, which is logged.
    assertThat(client.post("/api/v1/auth/refresh", refreshing(refresh)).field("code"))
        .isEqualTo("refresh_token_reused");
    return client.get("/api/v1/auth/me", access);
  }

  private static String credentials(String email, String password) {
    return Json.credentials(email, password);
  }

  private static String refreshing(String token) {
    return Json.of("refresh_token", token);
  }
}
