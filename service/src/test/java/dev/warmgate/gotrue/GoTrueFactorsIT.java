package dev.warmgate.gotrue;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.request.Scopes;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.NewServiceKey;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SecondFactor;
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
  private final UserWithFactor my = new UserWithFactor(own);
  private final ApiClient api = my.api;

  @Test
  void enrolsAnAppAndRaisesTheSession() throws Exception {
    Answer session = my.signUp();
    Answer other = my.signIn();
    String token = session.text("access_token");
    Answer enrolled = my.enrol(token, "phone");
    assertThat(enrolled.text("type")).isEqualTo("totp");
    assertThat(enrolled.body().at("/totp/qr_code").asText()).startsWith("<svg").doesNotContain("#");
    assertThat(enrolled.body().at("/totp/uri").asText()).startsWith("otpauth://totp/");
    assertThat(my.factors(token).get(0).path("status").asText()).isEqualTo("unverified");
    assertThat(my.enrol(token, "phone").code()).isEqualTo("mfa_factor_name_conflict");
    SecondFactor app = UserWithFactor.app(enrolled);

    assertThat(my.verify(token, app, app.wrongCode()).code()).isEqualTo("mfa_verification_failed");
    Answer raised = my.verify(token, app, app.code());

    assertThat(raised.status()).as(raised.body().toString()).isEqualTo(200);
    assertThat(raised.body().path("recovery_codes")).hasSize(10);
    JsonNode claims = UserWithFactor.claims(raised);
    assertThat(claims.path("aal").asText()).isEqualTo("aal2");
    assertThat(claims.path("aud").asText()).isEqualTo("authenticated");
    assertThat(claims.path("amr").findValuesAsText("method")).containsExactly("password", "totp");
    assertThat(claims.path("session_id"))
        .isEqualTo(UserWithFactor.claims(session).path("session_id"));
    assertThat(raised.body().at("/user/factors/0/status").asText()).isEqualTo("verified");
    assertThat(raised.body().at("/user/role").asText()).isEqualTo("authenticated");
    assertThat(my.user(other.text("access_token")).code())
        .as("sessions from before the factor end")
        .isEqualTo("session_not_found");
    assertThat(UserWithFactor.claims(my.refresh(raised.text("refresh_token"))).path("aal").asText())
        .as("a refresh keeps the level")
        .isEqualTo("aal2");
  }

  @Test
  void permitsNothingElseUntilTheFactorWasUsed() throws Exception {
    SecondFactor app = my.owner();
    Answer session = my.signIn();
    JsonNode claims = UserWithFactor.claims(session);
    assertThat(claims.path("aal").asText()).isEqualTo("aal1");
    assertThat(claims.path("aud").asText()).isEqualTo("second_factor_needed");
    assertThat(claims.path("role").asText()).isEqualTo("anon");
    String token = session.text("access_token");

    JsonNode user = my.user(token).body();
    assertThat(user.at("/factors/0/status").asText()).isEqualTo("verified");
    for (JsonNode told : List.of(user, session.body().path("user"))) {
      assertThat(told.path("aud").asText()).isEqualTo("second_factor_needed");
      assertThat(told.path("role").asText()).isEqualTo("anon");
    }
    for (Map<String, ?> change :
        List.of(
            Map.of("data", Map.of("name", "Eve")),
            Map.of("password", OTHER, "current_password", PASSWORD))) {
      Answer refused = api.put("/auth/v1/user", token, change);
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.code()).isEqualTo("insufficient_aal");
    }
    assertThat(my.enrol(token, "another").code()).isEqualTo("insufficient_aal");
    assertThat(my.remove(token, app).code()).isEqualTo("insufficient_aal");
    assertThat(api.get("/auth/v1/reauthenticate", token).code()).isEqualTo("insufficient_aal");
    assertThat(own.me(token).code()).isEqualTo("invalid_token");
    Answer refreshed = my.refresh(session.text("refresh_token"));
    assertThat(UserWithFactor.claims(refreshed).path("aud").asText())
        .as("a refresh goes not round it")
        .isEqualTo("second_factor_needed");
    assertThat(isActive(refreshed.text("refresh_token"))).isFalse();

    Answer raised = my.verify(refreshed.text("access_token"), app, app.code());

    assertThat(UserWithFactor.claims(raised).path("aud").asText()).isEqualTo("authenticated");
    assertThat(isActive(raised.text("refresh_token"))).isTrue();
    assertThat(
            api.put("/auth/v1/user", raised.text("access_token"), Map.of("data", Map.of("a", 1)))
                .status())
        .isEqualTo(200);
    assertThat(
            UserWithFactor.claims(my.refresh(refreshed.text("refresh_token"))).path("aal").asText())
        .as("another tab, whose refresh token is the previous one")
        .isEqualTo("aal2");
    assertThat(my.refresh(session.text("refresh_token")).status())
        .as("and one that lost another race")
        .isEqualTo(200);
  }

  private boolean isActive(String token) throws Exception {
    String key = NewServiceKey.with(SERVICE, Scopes.INTROSPECT);
    return own.send(
            own.form("/api/v1/auth/introspect", "token=" + token)
                .header("Authorization", "Bearer " + key))
        .body()
        .path("active")
        .asBoolean();
  }

  @Test
  void takesEachCodeAndEachChallengeForWhatItWasMade() {
    SecondFactor app = my.owner();
    String token = my.signIn().text("access_token");
    String challenge = my.challenge(token, app).text("id");
    String code = app.code();
    assertThat(my.send(token, app, UUID.randomUUID().toString(), code).code())
        .isEqualTo("mfa_challenge_expired");
    String elsewhere = my.signIn().text("access_token");
    assertThat(my.send(elsewhere, app, challenge, code).code()).isEqualTo("mfa_challenge_expired");

    Answer raised = my.send(token, app, challenge, code);

    assertThat(raised.status()).isEqualTo(200);
    assertThat(my.verify(elsewhere, app, code).code())
        .as("the same code again")
        .isEqualTo("mfa_verification_failed");
    String stranger =
        api.post("/auth/v1/signup", Map.of("email", newEmail(), "password", PASSWORD))
            .text("access_token");
    assertThat(my.challenge(stranger, app).code()).isEqualTo("mfa_factor_not_found");
  }

  @Test
  void takesARecoveryCodeInPlaceOfTheCode() {
    String token = my.signUp().text("access_token");
    SecondFactor app = UserWithFactor.app(my.enrol(token, "phone"));
    String recovery = my.verify(token, app, app.code()).body().at("/recovery_codes/0").asText();
    String waiting = my.signIn().text("access_token");

    assertThat(my.verify(waiting, app, recovery).status()).isEqualTo(200);
    assertThat(my.verify(my.signIn().text("access_token"), app, recovery).code())
        .as("once")
        .isEqualTo("mfa_verification_failed");
  }

  @Test
  void endsOnlyItsOwnSessionBeforeTheFactorWasUsed() {
    SecondFactor app = my.owner();
    Answer raised = my.verify(my.signIn().text("access_token"), app, app.code());
    String waiting = my.signIn().text("access_token");

    assertThat(api.post("/auth/v1/logout", waiting, Map.of()).status()).isEqualTo(204);

    assertThat(my.user(waiting).code()).isEqualTo("session_not_found");
    assertThat(my.user(raised.text("access_token")).status()).isEqualTo(200);
  }

  @Test
  void removesAFactorForItsOwnerAndForServices() throws Exception {
    SecondFactor app = my.owner();
    Answer raised = my.verify(my.signIn().text("access_token"), app, app.code());
    assertThat(my.remove(raised.text("access_token"), app).text("id")).isEqualTo(app.id());
    assertThat(my.signIn().body().path("user").has("factors")).isFalse();

    String token = my.signIn().text("access_token");
    SecondFactor next = UserWithFactor.app(my.enrol(token, "next"));
    assertThat(my.verify(token, next, next.code()).status()).isEqualTo(200);
    String key = NewServiceKey.with(SERVICE, "admin");
    String path = "/auth/v1/admin/users/" + my.user(token).text("id") + "/factors";
    assertThat(api.get(path, key).body().get(0).path("id").asText()).isEqualTo(next.id());
    assertThat(api.delete(path + "/" + next.id(), key, null).text("id")).isEqualTo(next.id());
    assertThat(api.get(path, key).body()).isEmpty();
    assertThat(api.delete(path + "/" + next.id(), key, null).code())
        .isEqualTo("mfa_factor_not_found");
  }

  @Test
  void needsARecentLoginToEnrol() {
    Answer session = my.signUp();
    SERVICE.sql(
        "UPDATE session SET created_at = session.created_at - INTERVAL '6 min',"
            + " methods = 'password@1000000000' FROM account"
            + " WHERE account.id = account_id AND email = ?",
        my.email);
    String token = my.refresh(session.text("refresh_token")).text("access_token");

    assertThat(my.enrol(token, "phone").code()).isEqualTo("reauthentication_needed");
    assertThat(
            api.post(FACTORS, token, Map.of("factor_type", "phone", "phone", "+15550100")).code())
        .isEqualTo("mfa_phone_enroll_not_enabled");
  }
}
