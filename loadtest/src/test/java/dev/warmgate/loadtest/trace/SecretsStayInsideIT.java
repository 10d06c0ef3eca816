package dev.warmgate.loadtest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.testkit.TestStack;
import dev.warmgate.loadtest.testkit.TracedClient;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plants secrets in every kind of request and checks that no log line and no span contains them.
 */
final class SecretsStayInsideIT {
  private static final String EMAIL = "planted.address@example.com";
  private static final String PASSWORD = "planted-password-Zq7";
  private static final String NEW_PASSWORD = "planted-replacement-Xw9";

  @TempDir private Path directory;

  @Test
  void leavesNoSecretInALogLineOrASpan() throws Exception {
    Map<String, String> secrets = new LinkedHashMap<>();
    secrets.put("e-mail address", "planted.address");
    secrets.put("password", PASSWORD);
    secrets.put("new password", NEW_PASSWORD);
    secrets.put("password hash", "$argon2id$");
    String log;
    String spans;
    try (Stack stack = TestStack.start(directory, Map.of())) {
      TracedClient client = new TracedClient(stack);
      TracedClient.Traced last = useEverything(client, secrets);
      assertThat(client.trace(last)).isNotEmpty();
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
    secrets.forEach((what, secret) -> {
      assertThat(secret).as(what).hasSizeGreaterThan(8);
      assertThat(log.contains(secret)).as("a log line contains the " + what).isFalse();
      assertThat(spans.contains(secret)).as("a span contains the " + what).isFalse();
    });
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
