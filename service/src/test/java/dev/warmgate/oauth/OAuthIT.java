package dev.warmgate.oauth;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RunningService;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests metadata (RFC 8414) and the token endpoint (RFC 6749) with the Nimbus OAuth library as
 * client.
 */
@Tag("quick")
final class OAuthIT {
  private static final String TOKEN = "/oauth/token";
  private static final ClientID CLIENT = new ClientID("warmgate-first-party");

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService().onThePortOfItsIssuer().with("refresh.predecessor", "off");

  private static AuthorizationServerMetadata metadata;

  @BeforeAll
  static void discover() throws Exception {
    metadata = AuthorizationServerMetadata.resolve(new Issuer(SERVICE.issuer()));
  }

  private final ApiClient api = SERVICE.api();
  private final RefreshToken refresh =
      new RefreshToken(api.register(newEmail()).text("refresh_token"));

  @Test
  void publishesItsMetadataWithoutThePasswordGrant() {
    assertThat(metadata.getGrantTypes()).containsExactly(GrantType.REFRESH_TOKEN);
    assertThat(metadata.getResponseTypes()).isNullOrEmpty();
    assertThat(metadata.getTokenEndpointAuthMethods())
        .containsExactly(ClientAuthenticationMethod.NONE);
    assertThat(metadata.getRevocationEndpointAuthMethods())
        .containsExactly(
            ClientAuthenticationMethod.CLIENT_SECRET_BASIC, ClientAuthenticationMethod.NONE);
    assertThat(metadata.getIntrospectionEndpointAuthMethods())
        .contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
    assertThat(api.get(metadata.getJWKSetURI().getPath()).body().path("keys")).isNotEmpty();
  }

  @Test
  void exchangesARefreshToken() throws Exception {
    HTTPResponse answer = exchange(refresh, CLIENT);
    TokenResponse exchanged = TokenResponse.parse(answer);

    assertThat(answer.getHeaderValue("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.getHeaderValue("Pragma")).isEqualTo("no-cache");
    assertThat(exchanged.indicatesSuccess()).isTrue();
    var tokens = exchanged.toSuccessResponse().getTokens();
    assertThat(tokens.getBearerAccessToken().getLifetime()).isEqualTo(900);
    assertThat(api.me(tokens.getBearerAccessToken().getValue()).status()).isEqualTo(200);
    assertThat(tokens.getRefreshToken()).isNotEqualTo(refresh);
  }

  @Test
  void answersWithOAuthErrors() throws Exception {
    assertThat(error(exchange(refresh, new ClientID("another")))).isEqualTo("400 invalid_client");
    assertThat(error(exchange(new RefreshToken("garbage"), CLIENT))).isEqualTo("400 invalid_grant");
    RefreshToken next =
        TokenResponse.parse(exchange(refresh, CLIENT))
            .toSuccessResponse()
            .getTokens()
            .getRefreshToken();
    assertThat(error(exchange(refresh, CLIENT))).as("used again").isEqualTo("400 invalid_grant");
    assertThat(error(exchange(next, CLIENT)))
        .as("of an ended session")
        .isEqualTo("400 invalid_grant");
  }

  @ParameterizedTest
  @CsvSource({
    "'', 400, invalid_request",
    "grant_type=, 400, invalid_request",
    "grant_type, 400, invalid_request",
    "'&grant_type&', 400, invalid_request",
    "grant_type=refresh_token&refresh_token&client_id=z, 400, invalid_request",
    "grant_type=refresh_token&refresh_token=x&client_id, 400, invalid_client",
    "grant_type=refresh_token&refresh_token=x&client_id=warmgate-first-party&scope&resource, 400, invalid_grant",
    "grant_type=refresh_token&client_id=warmgate-first-party, 400, invalid_request",
    "grant_type=refresh_token&refresh_token=x, 400, invalid_client",
    "grant_type=refresh_token&refresh_token=x&refresh_token=y&client_id=z, 400, invalid_request",
    "grant_type=refresh_token&refresh_token=x&client_id=z&scope=all, 400, invalid_scope",
    "grant_type=password&username=u&password=p, 400, unsupported_grant_type",
    "grant_type=authorization_code&code=x, 400, unsupported_grant_type",
  })
  void refusesInvalidTokenRequests(String form, int status, String error) {
    Answer refused = api.send(api.form(TOKEN, form));

    assertThat(refused.status()).isEqualTo(status);
    assertThat(refused.text("error")).isEqualTo(error);
    assertThat(refused.text("error_description")).isNotEmpty().doesNotContain("\"", "\\");
    assertThat(refused.header("Content-Type")).startsWith("application/json");
    assertThat(refused.header("Cache-Control")).isEqualTo("no-store");
    // The answer is a problem document (RFC 9457) too.
    assertThat(refused.text("type")).isEqualTo("urn:warmgate:problem:" + refused.code());
    assertThat(refused.body().path("status").asInt()).isEqualTo(status);
  }

  private static HTTPResponse exchange(RefreshToken token, ClientID client) throws Exception {
    return new TokenRequest.Builder(
            metadata.getTokenEndpointURI(), client, new RefreshTokenGrant(token))
        .build()
        .toHTTPRequest()
        .send();
  }

  private static String error(HTTPResponse answer) throws Exception {
    ErrorObject error = TokenResponse.parse(answer).toErrorResponse().getErrorObject();
    return error.getHTTPStatusCode() + " " + error.getCode();
  }
}
