package dev.warmgate.account;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.FastLane;
import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RunningService;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks which endpoints require a recent login or the password (RFC 9470). */
final class FreshAuthenticationIT {
  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("switches.rate_limits", "true")
          .with("rate_limits.password", "5/1m")
          .with("rate_limits.failed_login", "3/10m")
          .with("trusted_proxies", "127.0.0.0/8")
          .withResource(new OnTheFullLane())
          .withResource(new OnTheFastLane());

  private final ApiClient api = SERVICE.api();
  private final String address = "198.51.100." + new Random().nextInt(256);
  private final String email = newEmail();
  private final Answer other = register();
  private final Answer session = login();

  /** The endpoints that end other sessions; {@code {other}} stands for the id of one. */
  static Stream<String> endings() {
    return Stream.of(
        "POST /api/v1/auth/logout?scope=global",
        "POST /api/v1/auth/logout?scope=others",
        "DELETE /api/v1/auth/sessions/{other}");
  }

  @ParameterizedTest
  @MethodSource("endings")
  void aStaleTokenEndsNoOtherSession(String ending) {
    Answer stale = aged(session, "6 min");

    Answer refused = send(ending, stale, null);

    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.code()).isEqualTo("insufficient_user_authentication");
    assertThat(refused.headers().allValues("WWW-Authenticate"))
        .containsExactly(
            "Bearer error=\"insufficient_user_authentication\","
                + " error_description=\"A fresh login is required\", max_age=\"300\"");
    assertNothingEnded(stale);
  }

  @ParameterizedTest
  @MethodSource("endings")
  void aFreshTokenEndsOtherSessions(String ending) {
    assertThat(send(ending, aged(session, "4 min"), null).status()).isEqualTo(204);
    assertThat(api.me(other.text("access_token")).code()).isEqualTo("session_ended");
  }

  @ParameterizedTest
  @MethodSource("endings")
  void thePasswordReplacesAFreshLogin(String ending) {
    assertThat(send(ending, aged(session, "6 min"), password(PASSWORD)).status()).isEqualTo(204);
    assertThat(api.me(other.text("access_token")).code()).isEqualTo("session_ended");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | application/json | 401 | insufficient_user_authentication",
        "{} | application/json | 401 | insufficient_user_authentication",
        "null | application/json | 401 | insufficient_user_authentication",
        "{\"password\": null} | application/json | 401 | insufficient_user_authentication",
        "{\"password\": 7} | application/json | 422 | validation_failed",
        "{\"passwort\": \"x\"} | application/json | 422 | validation_failed",
        "{ not even JSON | application/json | 400 | malformed_json",
        "password=x | application/x-www-form-urlencoded | 415 | unsupported_media_type",
        "{\"password\": \"x\"} | application/* | 415 | unsupported_media_type",
        "{\"password\": \"x\"} | */* | 415 | unsupported_media_type",
      })
  void aBodyWithoutAPasswordEndsNothing(String body, String type, int status, String code) {
    Answer stale = aged(session, "6 min");
    for (String ending : endings().toList()) {
      Answer refused = api.send(request(ending, stale, body).setHeader("Content-Type", type));

      assertThat(refused.status()).as(ending).isEqualTo(status);
      assertThat(refused.code()).as(ending).isEqualTo(code);
    }
    assertNothingEnded(stale);
  }

  @Test
  void aWrongPasswordCountsAsAFailedLogin() {
    Answer stale = aged(session, "6 min");
    for (String ending : endings().toList()) {
      Answer refused = send(ending, stale, password("not the password"));
      assertThat(refused.status()).as(ending).isEqualTo(403);
      assertThat(refused.code()).as(ending).isEqualTo("wrong_password");
    }

    Answer limited = send(endings().toList().getFirst(), stale, password(PASSWORD));
    assertThat(limited.status()).isEqualTo(429);
    assertThat(limited.header("RateLimit-Policy")).startsWith("\"failed-login\"");
    assertNothingEnded(stale);
  }

  @Test
  void passwordsAreLimitedPerAddressBeforeTheyAreHashed() {
    Answer stale = aged(session, "6 min");
    String ending = "DELETE /api/v1/auth/sessions/" + UUID.randomUUID();
    for (int i = 0; i < 5; i++) {
      Answer proven = send(ending, stale, password(PASSWORD));
      assertThat(proven.code()).isEqualTo("session_not_found");
      assertThat(proven.header("RateLimit-Policy")).startsWith("\"password\"");
    }

    Answer limited = send(ending, stale, password(PASSWORD));
    assertThat(limited.status()).isEqualTo(429);
    assertThat(limited.header("RateLimit-Policy")).startsWith("\"password\"");
    assertThat(send(ending, stale, null).code()).isEqualTo("insufficient_user_authentication");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?scope=local"})
  void aStaleTokenEndsItsOwnSession(String query) {
    Answer stale = aged(session, "6 min");
    HttpRequest.Builder logout =
        request("POST /api/v1/auth/logout" + query, stale, "whatever this is")
            .setHeader("Content-Type", "text/plain");

    assertThat(api.send(logout).status()).isEqualTo(204);
    assertThat(api.me(stale.text("access_token")).code()).isEqualTo("session_ended");
    assertThat(api.me(other.text("access_token")).status()).isEqualTo(200);
  }

  @Test
  void aStaleTokenEndsItsOwnSessionById() {
    Answer stale = aged(session, "6 min");
    String own = "DELETE /api/v1/auth/sessions/" + stale.text("session_id");

    assertThat(send(own, stale, null).status()).isEqualTo(204);
    assertThat(api.me(stale.text("access_token")).code()).isEqualTo("session_ended");
  }

  @Test
  void tokensSayWhenTheirSessionWasOpened() throws IOException {
    Answer old = aged(session, "2 h");

    String opened =
        SERVICE.value(
            "SELECT floor(extract(epoch FROM created_at))::bigint FROM session WHERE id = ?::uuid",
            old.text("session_id"));
    assertThat(authTime(old)).isEqualTo(Long.parseLong(opened));
    assertThat(authTime(refresh(session))).as("replayed refresh").isEqualTo(authTime(old));
    assertThat(authTime(refresh(old))).as("after another refresh").isEqualTo(authTime(old));
    assertThat(authTime(login())).isGreaterThan(authTime(old) + 7000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/full", "/fast"})
  void anEndpointCanAskForAFreshLoginOnEitherLane(String path) {
    assertThat(send("GET " + path, session, null).status()).isEqualTo(204);

    Answer refused = send("GET " + path, aged(session, "61 s"), null);
    assertThat(refused.code()).isEqualTo("insufficient_user_authentication");
    assertThat(refused.header("WWW-Authenticate")).endsWith("max_age=\"60\"");
  }

  @Test
  void anAdminsStaleTokenCannotMakeLastingChanges() {
    Answer admin = AdminAccount.promote(SERVICE, api.from(address), email);
    SERVICE.sql(
        "UPDATE session SET authenticated_at = now() - INTERVAL '6 min' WHERE id = ?::uuid",
        admin.text("session_id"));
    Answer stale = refresh(admin);
    for (String ending :
        List.of(
            "POST /api/v1/webhooks",
            "DELETE /api/v1/webhooks/" + UUID.randomUUID(),
            "PATCH /api/v1/webhooks/" + UUID.randomUUID(),
            "POST /api/v1/webhooks/" + UUID.randomUUID() + "/rotate-secret",
            "POST /api/v1/admin/accounts/" + UUID.randomUUID() + "/enable",
            "POST /api/v1/admin/accounts/" + UUID.randomUUID() + "/disable",
            "DELETE /api/v1/admin/accounts/" + UUID.randomUUID() + "/factors",
            "DELETE /api/v1/admin/accounts/" + UUID.randomUUID() + "/sessions")) {
      Answer refused = send(ending, stale, Map.of("url", "https://example.com/"));
      assertThat(refused.code()).as(ending).isEqualTo("insufficient_user_authentication");
      assertThat(refused.header("WWW-Authenticate"))
          .endsWith("acr_values=\"aal2\", max_age=\"300\"");
    }
    assertThat(send("GET /api/v1/webhooks", stale, null).status()).isEqualTo(200);
  }

  private Answer register() {
    return send("POST /api/v1/auth/register", null, Map.of("email", email, "password", PASSWORD));
  }

  private Answer login() {
    return send("POST /api/v1/auth/login", null, Map.of("email", email, "password", PASSWORD));
  }

  /** Moves the start of a session back by {@code age} and returns its next token pair. */
  private Answer aged(Answer pair, String age) {
    SERVICE.sql(
        "UPDATE session SET created_at = created_at - ?::interval WHERE id = ?::uuid",
        age,
        pair.text("session_id"));
    return refresh(pair);
  }

  private Answer refresh(Answer pair) {
    Answer next = api.refresh(pair.text("refresh_token"));
    assertThat(next.status()).isEqualTo(200);
    return next;
  }

  private static Map<String, String> password(String password) {
    return Map.of("password", password);
  }

  private Answer send(String endpoint, @Nullable Answer by, @Nullable Map<String, String> body) {
    try {
      return api.send(
          request(endpoint, by, body == null ? null : new ObjectMapper().writeValueAsString(body)));
    } catch (IOException impossible) {
      throw new IllegalArgumentException(impossible);
    }
  }

  private HttpRequest.Builder request(String endpoint, @Nullable Answer by, @Nullable String body) {
    String[] parts = endpoint.replace("{other}", otherId()).split(" ", 2);
    String token = by == null ? null : by.text("access_token");
    return api.from(address).request(parts[0], parts[1], token, body);
  }

  /** Returns an empty string before the other session is opened. */
  private String otherId() {
    return other == null ? "" : other.text("session_id");
  }

  private void assertNothingEnded(Answer stale) {
    assertThat(api.me(other.text("access_token")).status()).isEqualTo(200);
    assertThat(api.me(stale.text("access_token")).status()).isEqualTo(200);
    assertThat(api.refresh(other.text("refresh_token")).status()).isEqualTo(200);
  }

  private static long authTime(Answer pair) throws IOException {
    String claims = pair.text("access_token").split("\\.", -1)[1];
    JsonNode time =
        new ObjectMapper().readTree(Base64.getUrlDecoder().decode(claims)).path("auth_time");
    assertThat(time.isIntegralNumber()).isTrue();
    return time.asLong();
  }

  /** Asks for a fresh login on the full lane. */
  @Path("full")
  @Authenticated(maxAge = "1m")
  public static final class OnTheFullLane {
    @GET
    public void get() {}
  }

  /** Asks for a fresh login on the fast lane, which has the same authentication filter. */
  @Path("fast")
  @FastLane
  @Authenticated(maxAge = "1m")
  public static final class OnTheFastLane {
    @GET
    public void get() {}
  }
}
