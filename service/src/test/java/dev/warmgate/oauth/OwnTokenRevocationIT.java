package dev.warmgate.oauth;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import dev.warmgate.request.Scopes;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.NewServiceKey;
import dev.warmgate.testkit.RunningService;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what a public client, which has no key, may revoke (RFC 7009 section 2.1). */
final class OwnTokenRevocationIT {
  private static final String REVOKE = "/api/v1/auth/revoke";
  private static final String INTROSPECT = "/api/v1/auth/introspect";
  private static final ClientID CLIENT = new ClientID("warmgate-first-party");
  private static final String BY_CLIENT = "&client_id=" + CLIENT.getValue();

  @RegisterExtension static final RunningService SERVICE = new RunningService();

  private final ApiClient api = SERVICE.api();
  private final Answer session = api.register(newEmail());
  private final String access = session.text("access_token");
  private final String refresh = session.text("refresh_token");

  @Test
  void endsTheSessionOfItsRefreshTokenAndRecordsIt() throws Exception {
    URI endpoint = URI.create("http://127.0.0.1:" + SERVICE.port() + REVOKE);
    HTTPResponse answer =
        new TokenRevocationRequest(endpoint, CLIENT, new RefreshToken(refresh))
            .toHTTPRequest()
            .send();

    assertThat(answer.getStatusCode()).isEqualTo(200);
    assertThat(api.me(access).code()).isEqualTo("session_ended");
    assertThat(api.refresh(refresh).code()).isEqualTo("session_ended");
    assertThat(
            SERVICE.value(
                "SELECT details ->> 'reason' FROM audit_event WHERE event = 'session.ended'"
                    + " AND session_id = ?::uuid",
                session.text("session_id")))
        .isEqualTo("revoked_by_client");
  }

  @Test
  void endsNothingElse() throws Exception {
    String token = "token=" + refresh;

    assertThat(send(REVOKE, "token=" + access + BY_CLIENT).text("error"))
        .isEqualTo("unsupported_token_type");
    assertThat(send(REVOKE, token + "&client_id=another").text("error"))
        .isEqualTo("invalid_client");
    assertThat(send(INTROSPECT, token + BY_CLIENT).status()).isEqualTo(401);
    assertThat(send(REVOKE, "token=garbage" + BY_CLIENT).status()).isEqualTo(200);
    assertThat(api.me(access).status()).isEqualTo(200);
  }

  @Test
  void isNotWhatACallerWithAnInsufficientCredentialFallsBackTo() throws Exception {
    String introspects = NewServiceKey.with(SERVICE, Scopes.INTROSPECT);

    assertThat(send(REVOKE, "token=" + refresh + BY_CLIENT, introspects).status()).isEqualTo(403);
    assertThat(send(REVOKE, "token=" + refresh + BY_CLIENT, "wg_sk_garbage").status())
        .isEqualTo(401);
    assertThat(api.me(access).status()).isEqualTo(200);
  }

  /** RFC 6749 section 3.2: as if it had been omitted. */
  @Test
  void omitsAParameterWithoutAValue() throws Exception {
    String key = NewServiceKey.with(SERVICE, Scopes.INTROSPECT, Scopes.REVOKE);
    for (String form : List.of("token", "&token&", "token=", "=", "&", "token_type_hint&token")) {
      assertThat(send(REVOKE, form + BY_CLIENT).text("error")).isEqualTo("invalid_request");
      for (String path : List.of(REVOKE, INTROSPECT)) {
        assertThat(send(path, form, key).text("error")).as(form).isEqualTo("invalid_request");
      }
    }
    assertThat(send(REVOKE, "token=x&client_id").text("error")).isEqualTo("invalid_client");
    assertThat(send(INTROSPECT, "token=x&token_type_hint", key).status()).isEqualTo(200);
    assertThat(send(REVOKE, "token=x&token_type_hint" + BY_CLIENT).status()).isEqualTo(200);
  }

  /** Clients that send their access token with every request need not leave it out. */
  @Test
  void ignoresTheAccessTokenOfTheClient() throws Exception {
    String another = api.register(newEmail()).text("refresh_token");
    assertThat(send(REVOKE, "token=" + another + BY_CLIENT, access).status()).isEqualTo(200);
    assertThat(send(REVOKE, "token=" + refresh + BY_CLIENT, access).status()).isEqualTo(200);
    assertThat(api.me(access).code()).isEqualTo("session_ended");
    assertThat(send(REVOKE, "token=" + refresh + BY_CLIENT, access).status())
        .as("with the token of an ended session")
        .isEqualTo(200);
  }

  @Test
  void challengesOnlyAClientThatTriedToAuthenticate() throws Exception {
    Answer unnamed = send(REVOKE, "token=" + refresh);
    assertThat(unnamed.status()).isEqualTo(400);
    assertThat(unnamed.text("error")).isEqualTo("invalid_client");
    assertThat(unnamed.header("WWW-Authenticate")).isEmpty();

    Answer tried = send(REVOKE, "token=" + refresh, access);
    assertThat(tried.status()).isEqualTo(401);
    assertThat(tried.text("error")).isEqualTo("invalid_client");
    assertThat(tried.header("WWW-Authenticate")).isNotEmpty();
    assertThat(api.me(access).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic d2FybWdhdGUtZmlyc3QtcGFydHk6", "Basic ?", "Digest x", ""})
  void saysHowToAuthenticateWhereAnotherCredentialIsSent(String authorization) {
    Answer refused =
        api.send(
            api.form(REVOKE, "token=" + refresh + BY_CLIENT)
                .header("Authorization", authorization));

    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.text("error")).isEqualTo("invalid_client");
    assertThat(refused.code()).isEqualTo("unauthenticated_client");
    assertThat(refused.text("error_description")).contains("service key", "client_id");
    assertThat(refused.body().toString()).doesNotContain("access token");
    assertThat(api.me(access).status()).isEqualTo(200);
  }

  @Test
  void announcesOnlyWhatItHasRevoked() {
    send(REVOKE, "token=" + refresh + BY_CLIENT);
    long before = SERVICE.statements("dev.warmgate.revocation.");
    for (int i = 0; i < 40; i++) {
      assertThat(send(REVOKE, "token=" + refresh + BY_CLIENT).status()).isEqualTo(200);
    }
    // Without announcements, revocations are read once a second.
    assertThat(SERVICE.statements("dev.warmgate.revocation.")).isLessThan(before + 20);
  }

  private Answer send(String path, String form) {
    return api.send(api.form(path, form));
  }

  private Answer send(String path, String form, String bearer) {
    return api.send(api.form(path, form).header("Authorization", "Bearer " + bearer));
  }
}
