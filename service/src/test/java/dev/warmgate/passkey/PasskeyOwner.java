package dev.warmgate.passkey;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.SoftwareAuthenticator;
import java.util.HashMap;
import java.util.Map;

/** The owner of an account, with a browser at the site and at most one passkey. */
final class PasskeyOwner {
  private static final String AUTH = "/api/v1/auth/";
  private static final String PASSKEYS = AUTH + "passkeys";

  private final ApiClient api;
  final SoftwareAuthenticator device;
  final String email;
  String accessToken;

  PasskeyOwner(ApiClient api, String origin) {
    this.api = api;
    this.device = new SoftwareAuthenticator(origin);
    this.email = newEmail();
    this.accessToken = api.register(email).text("access_token");
  }

  private PasskeyOwner(ApiClient api, PasskeyOwner same) {
    this.api = api;
    this.device = same.device;
    this.email = same.email;
    this.accessToken = same.accessToken;
  }

  /** Returns the same owner, who calls another replica. */
  PasskeyOwner at(ApiClient replica) {
    return new PasskeyOwner(replica, this);
  }

  /** Registers the passkey and keeps the token of the raised session. */
  Answer addPasskey() {
    Answer added = register(device.create(registration().body()));
    assertThat(added.status()).as("%s", added.body()).isEqualTo(201);
    accessToken = added.text("access_token");
    return added;
  }

  Answer registration() {
    return api.post(PASSKEYS + "/registration", accessToken, Map.of());
  }

  Answer register(ObjectNode credential) {
    return api.post(
        PASSKEYS,
        accessToken,
        Map.of("name", "This browser", "credential", SoftwareAuthenticator.body(credential)));
  }

  JsonNode signInOptions() {
    Answer options = api.post(PASSKEYS + "/sign-in", Map.of());
    assertThat(options.status()).as("%s", options.body()).isEqualTo(200);
    return options.body();
  }

  Answer signIn() {
    return signIn(device.get(signInOptions()));
  }

  Answer signIn(ObjectNode credential) {
    return api.post(
        PASSKEYS + "/sign-in/verify", Map.of("credential", SoftwareAuthenticator.body(credential)));
  }

  /** Returns the token of the first step. */
  String mfaToken() {
    Answer first = api.login(email, PASSWORD);
    assertThat(first.code()).isEqualTo("mfa_required");
    return first.text("mfa_token");
  }

  Answer challenge(String mfaToken) {
    return api.post(AUTH + "mfa/challenge", Map.of("mfa_token", mfaToken));
  }

  Answer verify(String mfaToken, ObjectNode credential) {
    Map<String, Object> body = new HashMap<>();
    body.put("mfa_token", mfaToken);
    body.put("credential", SoftwareAuthenticator.body(credential));
    return api.post(AUTH + "mfa/verify", body);
  }

  Answer stepUp(ObjectNode credential) {
    return api.post(
        AUTH + "mfa/step-up",
        accessToken,
        Map.of("credential", SoftwareAuthenticator.body(credential)));
  }

  JsonNode stepUpOptions() {
    return api.post(AUTH + "mfa/challenge/step-up", accessToken, Map.of()).body();
  }
}
