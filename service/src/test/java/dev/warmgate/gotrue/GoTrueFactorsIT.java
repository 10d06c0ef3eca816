package dev.warmgate.gotrue;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.NewServiceKey;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SecondFactor;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Second factors in the Supabase form, whose clients have a session before they use one. */
final class GoTrueFactorsIT {
  private static final String FACTORS = "/auth/v1/factors";
  private static final String OTHER = "seven quiet lanterns";

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("supabase_api.enabled", "true");

  private final ApiClient own = SERVICE.api();
  private final ApiClient api = own.with("x-supabase-api-version", "2024-01-01");
  private final String email = newEmail();

  @Test
  void enrolsAnAppAndRaisesTheSession() throws Exception {
    Answer session = signUp();
    Answer other = signIn();
    String token = session.text("access_token");
    Answer enrolled = enrol(token, "phone");
    assertThat(enrolled.text("type")).isEqualTo("totp");
    assertThat(enrolled.body().at("/totp/qr_code").asText()).startsWith("<svg").doesNotContain("#");
    assertThat(enrolled.body().at("/totp/uri").asText()).startsWith("otpauth://totp/");
    assertThat(factors(token).get(0).path("status").asText()).isEqualTo("unverified");
    assertThat(enrol(token, "phone").code()).isEqualTo("mfa_factor_name_conflict");
    SecondFactor app = app(enrolled);

    assertThat(verify(token, app, app.wrongCode()).code()).isEqualTo("mfa_verification_failed");
    Answer raised = verify(token, app, app.code());

    assertThat(raised.status()).as(raised.body().toString()).isEqualTo(200);
    assertThat(raised.body().path("recovery_codes")).hasSize(10);
    JsonNode claims = claims(raised);
    assertThat(claims.path("aal").asText()).isEqualTo("aal2");
    assertThat(claims.path("aud").asText()).isEqualTo("authenticated");
    assertThat(claims.path("amr").findValuesAsText("method")).containsExactly("password", "totp");
    assertThat(claims.path("session_id")).isEqualTo(claims(session).path("session_id"));
    assertThat(raised.body().at("/user/factors/0/status").asText()).isEqualTo("verified");
    assertThat(user(other.text("access_token")).code())
        .as("sessions from before the factor end")
        .isEqualTo("session_not_found");
    assertThat(claims(refresh(raised.text("refresh_token"))).path("aal").asText())
        .as("a refresh keeps the level")
        .isEqualTo("aal2");
  }

  @Test
  void permitsNothingElseUntilTheFactorWasUsed() throws Exception {
    SecondFactor app = owner();
    Answer session = signIn();
    JsonNode claims = claims(session);
    assertThat(claims.path("aal").asText()).isEqualTo("aal1");
    assertThat(claims.path("aud").asText()).isEqualTo("second_factor_needed");
    assertThat(claims.path("role").asText()).isEqualTo("anon");
    String token = session.text("access_token");

    assertThat(user(token).body().at("/factors/0/status").asText()).isEqualTo("verified");
    for (Map<String, ?> change :
        List.of(
            Map.of("data", Map.of("name", "Eve")),
            Map.of("password", OTHER, "current_password", PASSWORD))) {
      Answer refused = api.put("/auth/v1/user", token, change);
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.code()).isEqualTo("insufficient_aal");
    }
    assertThat(enrol(token, "another").code()).isEqualTo("insufficient_aal");
    assertThat(remove(token, app).code()).isEqualTo("insufficient_aal");
    assertThat(api.get("/auth/v1/reauthenticate", token).code()).isEqualTo("insufficient_aal");
    assertThat(own.me(token).code()).isEqualTo("invalid_token");
    Answer refreshed = refresh(session.text("refresh_token"));
    assertThat(claims(refreshed).path("aud").asText())
        .as("a refresh goes not round it")
        .isEqualTo("second_factor_needed");

    Answer raised = verify(refreshed.text("access_token"), app, app.code());

    assertThat(claims(raised).path("aud").asText()).isEqualTo("authenticated");
    assertThat(
            api.put("/auth/v1/user", raised.text("access_token"), Map.of("data", Map.of("a", 1)))
                .status())
        .isEqualTo(200);
    assertThat(claims(refresh(refreshed.text("refresh_token"))).path("aal").asText())
        .as("another tab, whose refresh token is the previous one")
        .isEqualTo("aal2");
    assertThat(refresh(session.text("refresh_token")).status())
        .as("and one that lost another race")
        .isEqualTo(200);
  }

  @Test
  void takesEachCodeAndEachChallengeForWhatItWasMade() {
    SecondFactor app = owner();
    String token = signIn().text("access_token");
    String challenge = challenge(token, app).text("id");
    String code = app.code();
    assertThat(send(token, app, UUID.randomUUID().toString(), code).code())
        .isEqualTo("mfa_challenge_expired");
    String elsewhere = signIn().text("access_token");
    assertThat(send(elsewhere, app, challenge, code).code()).isEqualTo("mfa_challenge_expired");

    Answer raised = send(token, app, challenge, code);

    assertThat(raised.status()).isEqualTo(200);
    assertThat(verify(elsewhere, app, code).code())
        .as("the same code again")
        .isEqualTo("mfa_verification_failed");
    String stranger =
        api.post("/auth/v1/signup", Map.of("email", newEmail(), "password", PASSWORD))
            .text("access_token");
    assertThat(challenge(stranger, app).code()).isEqualTo("mfa_factor_not_found");
  }

  @Test
  void takesARecoveryCodeInPlaceOfTheCode() {
    String token = signUp().text("access_token");
    SecondFactor app = app(enrol(token, "phone"));
    String recovery = verify(token, app, app.code()).body().at("/recovery_codes/0").asText();
    String waiting = signIn().text("access_token");

    assertThat(verify(waiting, app, recovery).status()).isEqualTo(200);
    assertThat(verify(signIn().text("access_token"), app, recovery).code())
        .as("once")
        .isEqualTo("mfa_verification_failed");
  }

  @Test
  void endsOnlyItsOwnSessionBeforeTheFactorWasUsed() {
    SecondFactor app = owner();
    Answer raised = verify(signIn().text("access_token"), app, app.code());
    String waiting = signIn().text("access_token");

    assertThat(api.post("/auth/v1/logout", waiting, Map.of()).status()).isEqualTo(204);

    assertThat(user(waiting).code()).isEqualTo("session_not_found");
    assertThat(user(raised.text("access_token")).status()).isEqualTo(200);
  }

  @Test
  void removesAFactorForItsOwnerAndForServices() throws Exception {
    SecondFactor app = owner();
    Answer raised = verify(signIn().text("access_token"), app, app.code());
    assertThat(remove(raised.text("access_token"), app).text("id")).isEqualTo(app.id());
    assertThat(signIn().body().path("user").has("factors")).isFalse();

    String token = signIn().text("access_token");
    SecondFactor next = app(enrol(token, "next"));
    assertThat(verify(token, next, next.code()).status()).isEqualTo(200);
    String key = NewServiceKey.with(SERVICE, "admin");
    String path = "/auth/v1/admin/users/" + user(token).text("id") + "/factors";
    assertThat(api.get(path, key).body().get(0).path("id").asText()).isEqualTo(next.id());
    assertThat(api.delete(path + "/" + next.id(), key, null).text("id")).isEqualTo(next.id());
    assertThat(api.get(path, key).body()).isEmpty();
    assertThat(api.delete(path + "/" + next.id(), key, null).code())
        .isEqualTo("mfa_factor_not_found");
  }

  @Test
  void needsARecentLoginToEnrol() {
    Answer session = signUp();
    SERVICE.sql(
        "UPDATE session SET created_at = session.created_at - INTERVAL '6 min',"
            + " methods = 'password@1000000000' FROM account"
            + " WHERE account.id = account_id AND email = ?",
        email);
    String token = refresh(session.text("refresh_token")).text("access_token");

    assertThat(enrol(token, "phone").code()).isEqualTo("reauthentication_needed");
    assertThat(
            api.post(FACTORS, token, Map.of("factor_type", "phone", "phone", "+15550100")).code())
        .isEqualTo("mfa_phone_enroll_not_enabled");
  }

  /** Returns the app of an account with a second factor. */
  private SecondFactor owner() {
    String token = signUp().text("access_token");
    SecondFactor app = app(enrol(token, "phone"));
    assertThat(verify(token, app, app.code()).status()).isEqualTo(200);
    return app;
  }

  private static SecondFactor app(Answer enrolled) {
    assertThat(enrolled.status()).as(enrolled.body().toString()).isEqualTo(200);
    return SecondFactor.of(enrolled.text("id"), enrolled.body().at("/totp/secret").asText());
  }

  private Answer enrol(String token, String name) {
    return api.post(FACTORS, token, Map.of("factor_type", "totp", "friendly_name", name));
  }

  private Answer challenge(String token, SecondFactor app) {
    return api.post(FACTORS + "/" + app.id() + "/challenge", token, Map.of());
  }

  private Answer verify(String token, SecondFactor app, String code) {
    return send(token, app, challenge(token, app).text("id"), code);
  }

  private Answer send(String token, SecondFactor app, String challenge, String code) {
    return api.post(
        FACTORS + "/" + app.id() + "/verify",
        token,
        Map.of("challenge_id", challenge, "code", code));
  }

  private Answer remove(String token, SecondFactor app) {
    return api.delete(FACTORS + "/" + app.id(), token, null);
  }

  private Answer signUp() {
    return api.post("/auth/v1/signup", Map.of("email", email, "password", PASSWORD));
  }

  private Answer signIn() {
    return api.post(
        "/auth/v1/token?grant_type=password", Map.of("email", email, "password", PASSWORD));
  }

  private Answer refresh(String token) {
    return api.post("/auth/v1/token?grant_type=refresh_token", Map.of("refresh_token", token));
  }

  private Answer user(String token) {
    return api.get("/auth/v1/user", token);
  }

  private JsonNode factors(String token) {
    return user(token).body().path("factors");
  }

  private static JsonNode claims(Answer session) throws Exception {
    String payload = session.text("access_token").split("\\.", -1)[1];
    return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(payload));
  }
}
