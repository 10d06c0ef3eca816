package dev.warmgate.gotrue;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.SecondFactor;
import java.util.Base64;
import java.util.Map;

/** A client of the Supabase form whose user has an app for codes, or gets one. */
final class UserWithFactor {
  private static final String FACTORS = "/auth/v1/factors";

  final ApiClient api;
  final String email = newEmail();

  UserWithFactor(ApiClient own) {
    this.api = own.with("x-supabase-api-version", "2024-01-01");
  }

  /** Returns the app of an account with a second factor. */
  SecondFactor owner() {
    return owner(signUp().text("access_token"));
  }

  SecondFactor owner(String token) {
    SecondFactor app = app(enrol(token, "phone"));
    assertThat(verify(token, app, app.code()).status()).isEqualTo(200);
    return app;
  }

  static SecondFactor app(Answer enrolled) {
    assertThat(enrolled.status()).as(enrolled.body().toString()).isEqualTo(200);
    return SecondFactor.of(enrolled.text("id"), enrolled.body().at("/totp/secret").asText());
  }

  Answer enrol(String token, String name) {
    return api.post(FACTORS, token, Map.of("factor_type", "totp", "friendly_name", name));
  }

  Answer challenge(String token, SecondFactor app) {
    return api.post(FACTORS + "/" + app.id() + "/challenge", token, Map.of());
  }

  Answer verify(String token, SecondFactor app, String code) {
    return send(token, app, challenge(token, app).text("id"), code);
  }

  Answer send(String token, SecondFactor app, String challenge, String code) {
    return api.post(
        FACTORS + "/" + app.id() + "/verify",
        token,
        Map.of("challenge_id", challenge, "code", code));
  }

  Answer remove(String token, SecondFactor app) {
    return api.delete(FACTORS + "/" + app.id(), token, null);
  }

  Answer signUp() {
    return api.post("/auth/v1/signup", Map.of("email", email, "password", PASSWORD));
  }

  Answer signIn() {
    return api.post(
        "/auth/v1/token?grant_type=password", Map.of("email", email, "password", PASSWORD));
  }

  Answer refresh(String token) {
    return api.post("/auth/v1/token?grant_type=refresh_token", Map.of("refresh_token", token));
  }

  Answer user(String token) {
    return api.get("/auth/v1/user", token);
  }

  JsonNode factors(String token) {
    return user(token).body().path("factors");
  }

  static JsonNode claims(Answer session) throws Exception {
    String payload = session.text("access_token").split("\\.", -1)[1];
    return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(payload));
  }
}
