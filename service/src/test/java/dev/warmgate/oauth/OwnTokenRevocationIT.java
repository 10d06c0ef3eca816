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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests what a public client, which has no key, may revoke (RFC 7009 section 2.1). */
final class OwnTokenRevocationIT {
  private static final String REVOKE = "/api/v1/auth/revoke";
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
    assertThat(send(REVOKE, token).status()).as("without a client").isEqualTo(401);
    assertThat(send("/api/v1/auth/introspect", token + BY_CLIENT).status()).isEqualTo(401);
    assertThat(send(REVOKE, "token=garbage" + BY_CLIENT).status()).isEqualTo(200);
    assertThat(api.me(access).status()).isEqualTo(200);
  }

  @Test
  void isNotWhatACallerWithAnInsufficientCredentialFallsBackTo() throws Exception {
    String introspects = NewServiceKey.with(SERVICE, Scopes.INTROSPECT);

    assertThat(send(REVOKE, "token=" + refresh + BY_CLIENT, introspects).status()).isEqualTo(403);
    assertThat(send(REVOKE, "token=" + refresh + BY_CLIENT, "garbage").status()).isEqualTo(401);
    assertThat(api.me(access).status()).isEqualTo(200);
  }

  private Answer send(String path, String form) {
    return api.send(api.form(path, form));
  }

  private Answer send(String path, String form, String bearer) {
    return api.send(api.form(path, form).header("Authorization", "Bearer " + bearer));
  }
}
