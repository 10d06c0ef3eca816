package dev.warmgate.gotrue;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RunningService;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Registration without a confirmation, and sessions. */
@Tag("quick")
final class GoTrueSessionsIT {
  private static final String OTHER = "seven quiet lanterns";

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("supabase_api.enabled", "true");

  private final ApiClient own = SERVICE.api();
  private final ApiClient api = own.with("x-supabase-api-version", "2024-01-01");
  private final String email = newEmail();

  @Test
  void signsUpWithMetadata() throws Exception {
    Answer session = signUp(Map.of("name", "Ada", "unused", Map.of("deep", 1)));

    assertThat(session.status()).isEqualTo(200);
    assertThat(session.text("token_type")).isEqualTo("bearer");
    assertThat(session.body().path("expires_at").asLong()).isGreaterThan(1_700_000_000);
    JsonNode user = session.body().path("user");
    assertThat(user.path("email").asText()).isEqualTo(email);
    assertThat(user.path("aud").asText()).isEqualTo("authenticated");
    assertThat(user.path("phone").asText("none")).isEmpty();
    assertThat(user.path("user_metadata").path("name").asText()).isEqualTo("Ada");
    assertThat(user.path("app_metadata").path("provider").asText()).isEqualTo("email");
    assertThat(user.path("identities")).hasSize(1);
    assertThat(user.path("identities").get(0).path("identity_data").path("sub").asText())
        .isEqualTo(user.path("id").asText());
    assertThat(user.path("is_anonymous").asBoolean(true)).isFalse();
    JsonNode claims = claims(session);
    assertThat(claims.path("aud").asText()).isEqualTo("authenticated");
    assertThat(claims.path("role").asText()).isEqualTo("authenticated");
    assertThat(claims.path("aal").asText()).isEqualTo("aal1");
    assertThat(claims.path("amr").get(0).path("method").asText()).isEqualTo("password");
    assertThat(claims.path("sub")).isEqualTo(user.path("id"));
    assertThat(claims.path("email").asText()).isEqualTo(email);
    assertThat(claims.path("user_metadata").path("name").asText()).isEqualTo("Ada");
    assertThat(UUID.fromString(claims.path("session_id").asText())).isNotNull();
  }

  @Test
  void keepsBothFormsOfTokensApart() {
    Answer here = signUp(Map.of());
    Answer there = own.login(email, PASSWORD);

    assertThat(own.me(here.text("access_token")).code()).isEqualTo("invalid_token");
    assertThat(own.get("/api/v1/auth/sessions", here.text("access_token")).code())
        .isEqualTo("invalid_token");
    assertThat(own.refresh(here.text("refresh_token")).code()).isEqualTo("invalid_refresh_token");
    assertThat(user(there.text("access_token")).code()).isEqualTo("bad_jwt");
    assertThat(refresh(there.text("refresh_token")).code()).isEqualTo("refresh_token_not_found");
    assertThat(own.refresh(there.text("refresh_token")).status()).isEqualTo(200);
    assertThat(refresh(here.text("refresh_token")).status()).isEqualTo(200);
  }

  @Test
  void answersARefreshThatWasLostAndOneThatLostARace() {
    Answer first = signUp(Map.of());
    Answer second = refresh(first.text("refresh_token"));
    Answer third = refresh(second.text("refresh_token"));
    assertThat(third.body().path("user").path("email").asText()).isEqualTo(email);

    Answer lost = refresh(second.text("refresh_token"));
    assertThat(lost.text("refresh_token")).isEqualTo(third.text("refresh_token"));
    Answer late = refresh(first.text("refresh_token"));
    assertThat(late.status()).as("an older token, shortly after the rotation").isEqualTo(200);
    assertThat(late.text("refresh_token")).isEqualTo(third.text("refresh_token"));

    SERVICE.sql(
        "UPDATE session SET rotated_at = now() - INTERVAL '11 s' FROM account"
            + " WHERE account.id = account_id AND email = ?",
        email);
    assertThat(refresh(second.text("refresh_token")).status())
        .as("the previous token, without a limit of time")
        .isEqualTo(200);
    assertThat(refresh(first.text("refresh_token")).code()).isEqualTo("refresh_token_already_used");
    assertThat(refresh(third.text("refresh_token")).code()).isEqualTo("refresh_token_not_found");
    assertThat(user(third.text("access_token")).code()).isEqualTo("session_not_found");
  }

  @Test
  void endsTheSessionsThatTheClientNames() {
    Answer one = signUp(Map.of());
    Answer two = signIn(PASSWORD);
    Answer three = signIn(PASSWORD);

    assertThat(logout(one, "?scope=local")).isEqualTo(204);
    assertThat(user(one.text("access_token")).code()).isEqualTo("session_not_found");
    assertThat(logout(two, "?scope=others")).isEqualTo(204);
    assertThat(user(three.text("access_token")).status()).isEqualTo(403);
    assertThat(user(two.text("access_token")).status()).isEqualTo(200);
    Answer four = signIn(PASSWORD);
    assertThat(logout(two, "")).as("global by default, without a second proof").isEqualTo(204);
    assertThat(user(four.text("access_token")).status()).isEqualTo(403);
  }

  @Test
  void changesMetadataAndKeepsLargeOnesOutOfTheToken() throws Exception {
    Answer session = signUp(Map.of("kept", 1, "gone", 2));
    String token = session.text("access_token");
    Map<String, Object> patch = new HashMap<>();
    patch.put("gone", null);
    patch.put("new", "x".repeat(1500));

    Answer changed = api.put("/auth/v1/user", token, Map.of("data", patch));

    JsonNode metadata = changed.body().path("user_metadata");
    assertThat(metadata.path("kept").asInt()).isEqualTo(1);
    assertThat(metadata.has("gone")).isFalse();
    assertThat(metadata.path("new").asText()).hasSize(1500);
    assertThat(user(token).body().path("user_metadata")).isEqualTo(metadata);
    assertThat(claims(refresh(session.text("refresh_token"))).path("user_metadata")).isEmpty();
    assertThat(
            api.put("/auth/v1/user", token, Map.of("app_metadata", Map.of("role", "boss"))).code())
        .isEqualTo("not_admin");
    assertThat(
            api.put("/auth/v1/user", token, Map.of("data", Map.of("huge", "x".repeat(17_000))))
                .code())
        .isEqualTo("validation_failed");
  }

  @Test
  void asksForTheCurrentPasswordBeforeANewOne() {
    Answer session = signUp(Map.of());
    Answer other = signIn(PASSWORD);
    String token = session.text("access_token");

    assertThat(api.put("/auth/v1/user", token, Map.of("password", OTHER)).code())
        .isEqualTo("current_password_required");
    assertThat(
            api.put("/auth/v1/user", token, Map.of("password", OTHER, "current_password", "wrong!"))
                .code())
        .isEqualTo("current_password_invalid");
    assertThat(
            api.put(
                    "/auth/v1/user",
                    token,
                    Map.of("password", PASSWORD, "current_password", PASSWORD))
                .code())
        .isEqualTo("same_password");
    Answer changed =
        api.put("/auth/v1/user", token, Map.of("password", OTHER, "current_password", PASSWORD));

    assertThat(changed.status()).isEqualTo(200);
    assertThat(user(token).status()).as("the client keeps its session").isEqualTo(200);
    assertThat(user(other.text("access_token")).status()).isEqualTo(403);
    assertThat(signIn(PASSWORD).code()).isEqualTo("invalid_credentials");
    assertThat(signIn(OTHER).status()).isEqualTo(200);
  }

  /** Without a mail server no address can be changed, and metadata has a bound. */
  @Test
  void changesNothingIfAnythingIsRefused() {
    Answer session = signUp(Map.of("kept", "x".repeat(9000)));
    String token = session.text("access_token");
    Map<String, Object> proven = Map.of("password", OTHER, "current_password", PASSWORD);

    Map<String, Object> address = new HashMap<>(proven);
    address.put("email", newEmail());
    address.put("data", Map.of("new", 1));
    assertThat(api.put("/auth/v1/user", token, address).code())
        .isEqualTo("email_provider_disabled");
    Map<String, Object> metadata = new HashMap<>(proven);
    metadata.put("data", Map.of("more", "x".repeat(9000)));
    assertThat(api.put("/auth/v1/user", token, metadata).code()).isEqualTo("validation_failed");

    assertThat(signIn(PASSWORD).status()).as("the password is the old one").isEqualTo(200);
    assertThat(user(token).body().path("user_metadata").has("new")).isFalse();
  }

  @Test
  void takesAnEmptyPasswordForOneThatIsTooShortAndSpacesForAPassword() {
    Answer session = signUp(Map.of());
    String token = session.text("access_token");
    String spaces = " ".repeat(12);

    assertThat(api.put("/auth/v1/user", token, Map.of("password", "")).code())
        .isEqualTo("current_password_required");
    assertThat(
            api.put("/auth/v1/user", token, Map.of("password", "", "current_password", PASSWORD))
                .code())
        .isEqualTo("weak_password");
    assertThat(
            api.put(
                    "/auth/v1/user",
                    token,
                    Map.of("password", spaces, "current_password", PASSWORD))
                .status())
        .isEqualTo(200);
    assertThat(signIn(spaces).status()).isEqualTo(200);
  }

  @Test
  void readsAUserWithOneStatement() {
    String token = signUp(Map.of()).text("access_token");
    long before = statements();

    assertThat(user(token).status()).isEqualTo(200);

    assertThat(statements() - before).isEqualTo(1);
  }

  @Test
  void refreshesWithOneStatement() {
    String token = signUp(Map.of()).text("refresh_token");
    long before = statements();

    assertThat(refresh(token).status()).isEqualTo(200);

    assertThat(statements() - before).isEqualTo(1);
  }

  private static long statements() {
    return Stream.of("account", "gotrue", "session", "token")
        .mapToLong(feature -> SERVICE.statements("dev.warmgate." + feature + "."))
        .sum();
  }

  @Test
  void readsAndChangesMetadataThroughOurOwnForm() {
    signUp(Map.of("name", "Ada"));
    String token = own.login(email, PASSWORD).text("access_token");

    assertThat(own.me(token).body().has("user_metadata")).as("not unless asked for").isFalse();
    Answer me = own.get("/api/v1/auth/me?metadata=true", token);
    assertThat(me.body().path("user_metadata").path("name").asText()).isEqualTo("Ada");
    assertThat(me.body().path("app_metadata").isObject()).isTrue();
    Answer changed =
        own.patch(
            "/api/v1/auth/me", token, Map.of("user_metadata", Map.of("name", "Eve", "more", 1)));
    assertThat(changed.body().path("user_metadata").path("name").asText()).isEqualTo("Eve");
    assertThat(own.patch("/api/v1/auth/me", token, Map.of("user_metadata", "none")).code())
        .isEqualTo("validation_failed");
  }

  private Answer signUp(Map<String, ?> data) {
    return api.post(
        "/auth/v1/signup",
        Map.of(
            "email", email, "password", PASSWORD, "data", data, "gotrue_meta_security", Map.of()));
  }

  private Answer signIn(String password) {
    return api.post(
        "/auth/v1/token?grant_type=password", Map.of("email", email, "password", password));
  }

  private Answer refresh(String token) {
    return api.post("/auth/v1/token?grant_type=refresh_token", Map.of("refresh_token", token));
  }

  private Answer user(String token) {
    return api.get("/auth/v1/user", token);
  }

  private int logout(Answer session, String query) {
    return api.post("/auth/v1/logout" + query, session.text("access_token"), Map.of()).status();
  }

  private static JsonNode claims(Answer session) throws Exception {
    String payload = session.text("access_token").split("\\.", -1)[1];
    return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(payload));
  }
}
