package dev.warmgate.oauth;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenIntrospectionSuccessResponse;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.token.AccessTokenType;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.token.Token;
import dev.warmgate.request.Scopes;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.NewServiceKey;
import dev.warmgate.testkit.RunningService;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests introspection (RFC 7662) and revocation (RFC 7009) with the Nimbus OAuth library as client.
 */
final class OAuthServicesIT {
  private static final String INTROSPECT = "/api/v1/auth/introspect";
  private static final String REVOKE = "/api/v1/auth/revoke";
  private static final String RESOURCE = "https://orders.example.com";

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .onThePortOfItsIssuer()
          .with("tokens.resources", RESOURCE)
          .with("refresh.predecessor", "off");

  private static AuthorizationServerMetadata metadata;
  private static ClientSecretBasic service;
  private static String key;

  @BeforeAll
  static void discover() throws Exception {
    metadata = AuthorizationServerMetadata.resolve(new Issuer(SERVICE.issuer()));
    UUID id = UUID.randomUUID();
    key = NewServiceKey.with(SERVICE, id, Scopes.INTROSPECT, Scopes.REVOKE);
    service = new ClientSecretBasic(new ClientID(id.toString()), new Secret(key));
  }

  private final ApiClient api = SERVICE.api();
  private final Answer session = api.register(newEmail());
  private final BearerAccessToken access = new BearerAccessToken(session.text("access_token"));
  private final RefreshToken refresh = new RefreshToken(session.text("refresh_token"));

  @Test
  void introspectsAnAccessToken() throws Exception {
    TokenIntrospectionSuccessResponse answer = introspect(access);
    Answer me = api.me(access.getValue());

    assertThat(answer.isActive()).isTrue();
    assertThat(answer.getTokenType()).isEqualTo(AccessTokenType.BEARER);
    assertThat(answer.getClientID()).isEqualTo(new ClientID("warmgate-first-party"));
    assertThat(answer.getIssuer()).isEqualTo(new Issuer(SERVICE.issuer()));
    assertThat(answer.getSubject().getValue()).isEqualTo(me.text("account_id"));
    assertThat(answer.getAudience()).containsExactly(new Audience(SERVICE.issuer()));
    assertThat(answer.getExpirationTime()).isEqualTo(me.text("token_expires_at"));
    assertThat(answer.getIssueTime()).isBefore(answer.getExpirationTime().toInstant());
    assertThat(answer.getNumberParameter("auth_time").longValue())
        .isCloseTo(answer.getIssueTime().toInstant().getEpochSecond(), within(1L));
    assertThat(answer.getJWTID().getValue()).isNotEmpty();
    assertThat(answer.getStringParameter("sid")).isEqualTo(session.text("session_id"));
    assertThat(answer.getStringListParameter("roles")).containsExactly("user");
    assertThat(answer.toJSONObject()).doesNotContainKeys("email", "username", "scope");
  }

  @Test
  void introspectsAndRevokesATokenForAnotherResource() throws Exception {
    Answer other =
        api.post(
            "/api/v1/auth/refresh",
            Map.of("refresh_token", refresh.getValue(), "resource", RESOURCE));
    BearerAccessToken token = new BearerAccessToken(other.text("access_token"));

    TokenIntrospectionSuccessResponse answer = introspect(token);
    assertThat(answer.isActive()).isTrue();
    assertThat(answer.getAudience()).containsExactly(new Audience(RESOURCE));

    assertThat(service(REVOKE, "token=" + token.getValue()).status()).isEqualTo(200);
    assertInactive(token.getValue());
    assertThat(api.me(access.getValue()).code()).isEqualTo("session_ended");
  }

  @Test
  void introspectsARefreshTokenWithoutATokenType() throws Exception {
    TokenIntrospectionSuccessResponse answer = introspect(refresh);

    assertThat(answer.isActive()).isTrue();
    assertThat(answer.getTokenType()).isNull();
    assertThat(answer.getAudience()).containsExactly(new Audience(SERVICE.issuer()));
    assertThat(answer.getStringParameter("sid")).isEqualTo(session.text("session_id"));
    assertThat(answer.getExpirationTime().toInstant())
        .isAfter(java.time.Instant.now().plus(Duration.ofDays(13)));

    api.refresh(refresh.getValue());
    assertInactive(refresh.getValue());
  }

  @Test
  void revealsNothingOfAnInvalidTokenButThatItIsInactive() throws Exception {
    String[] jwt = access.getValue().split("\\.", -1);
    String unsigned = Base64.getUrlEncoder().encodeToString("{\"alg\":\"none\"}".getBytes(UTF_8));
    api.send(api.request("POST", "/api/v1/auth/logout", access.getValue(), null));

    for (String token :
        List.of(
            access.getValue(),
            refresh.getValue(),
            "garbage",
            " ",
            "x".repeat(20_000),
            unsigned + "." + jwt[1] + ".",
            jwt[0] + "." + jwt[1] + "." + "A".repeat(86),
            key)) {
      assertInactive(token);
    }
  }

  @Test
  void ignoresTheTokenTypeHint() {
    for (String hint : List.of("access_token", "refresh_token", "nonsense", "")) {
      for (Token token : List.of(access, refresh)) {
        String form = "token=" + token.getValue() + "&token_type_hint=" + hint;
        assertThat(service(INTROSPECT, form).body().path("active").asBoolean())
            .as("%s, %s", hint, token.getClass())
            .isTrue();
      }
    }
  }

  @Test
  void endsTheSessionOfARevokedTokenAndRecordsIt() throws Exception {
    for (boolean byRefreshToken : List.of(true, false)) {
      Answer ended = api.register(newEmail());
      String accessToken = ended.text("access_token");
      String refreshToken = ended.text("refresh_token");
      assertThat(api.me(accessToken).status()).as("cached").isEqualTo(200);

      Token token =
          byRefreshToken ? new RefreshToken(refreshToken) : new BearerAccessToken(accessToken);
      HTTPResponse answer =
          new TokenRevocationRequest(metadata.getRevocationEndpointURI(), service, token)
              .toHTTPRequest()
              .send();

      assertThat(answer.getStatusCode()).isEqualTo(200);
      assertThat(api.me(accessToken).code()).isEqualTo("session_ended");
      assertThat(api.refresh(refreshToken).code()).isEqualTo("session_ended");
      assertThat(
              SERVICE.value(
                  "SELECT count(*) FROM revocation WHERE ref = ?", ended.text("session_id")))
          .isEqualTo("1");
    }
  }

  @Test
  void ignoresTheRevocationOfAnInvalidToken() {
    for (String token : List.of("garbage", access.getValue() + "x", key)) {
      assertThat(service(REVOKE, "token=" + token).status()).isEqualTo(200);
    }
    assertThat(api.me(access.getValue()).status()).isEqualTo(200);
    assertThat(service(REVOKE, "token_type_hint=access_token").text("error"))
        .isEqualTo("invalid_request");
  }

  @ParameterizedTest
  @CsvSource({INTROSPECT, REVOKE})
  void answersOnlyServicesWithTheScope(String path) throws Exception {
    String form = "token=" + access.getValue();
    UUID id = UUID.randomUUID();
    String otherScope = path.equals(REVOKE) ? Scopes.INTROSPECT : Scopes.REVOKE;
    String keyWithoutScope = NewServiceKey.with(SERVICE, id, Scopes.PERFORMANCE, otherScope);

    if (path.equals(INTROSPECT)) {
      assertChallenged(send(path, form));
    }
    assertChallenged(send(path, form, "Bearer wg_sk_" + "A".repeat(43)));
    assertChallenged(send(path, form, "Basic garbage!"));
    assertChallenged(send(path, form, basic(key)));
    assertChallenged(send(path, form, basic(UUID.randomUUID() + ":" + key)));
    Eventually.within(
        Duration.ofSeconds(10),
        () -> send(path, form, "Bearer " + keyWithoutScope).status() == 403);
    for (String credential :
        List.of("Bearer " + keyWithoutScope, basic(id + ":" + keyWithoutScope))) {
      Answer refused = send(path, form, credential);
      assertThat(refused.text("error")).isEqualTo("insufficient_scope");
      assertThat(refused.header("WWW-Authenticate")).contains("insufficient_scope");
    }
    assertThat(send(path, form, "Bearer " + access.getValue()).status())
        .as("an account with a valid token")
        .isEqualTo(path.equals(INTROSPECT) ? 403 : 401);
    assertThat(api.me(access.getValue()).status()).isEqualTo(200);
    assertThat(service(path, form).status()).as("a service with the scope").isEqualTo(200);
  }

  @Test
  void acceptsBasicCredentialsNowhereElse() {
    String credential = service.toHTTPAuthorizationHeader();
    Answer refused =
        api.send(
            api.request("GET", "/api/v1/auth/me", null, null).header("Authorization", credential));

    assertThat(refused.code()).isEqualTo("missing_token");
  }

  private static void assertChallenged(Answer refused) {
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.text("error")).isEqualTo("invalid_client");
    assertThat(refused.headers().allValues("WWW-Authenticate"))
        .hasSize(2)
        .anyMatch(challenge -> challenge.startsWith("Bearer"))
        .anyMatch(challenge -> challenge.startsWith("Basic"));
  }

  private void assertInactive(String token) {
    Answer answer = service(INTROSPECT, "token=" + token);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).hasToString("{\"active\":false}");
  }

  private static TokenIntrospectionSuccessResponse introspect(Token token) throws Exception {
    return TokenIntrospectionResponse.parse(
            new TokenIntrospectionRequest(metadata.getIntrospectionEndpointURI(), service, token)
                .toHTTPRequest()
                .send())
        .toSuccessResponse();
  }

  private Answer service(String path, String form) {
    return send(path, form, "Bearer " + key);
  }

  private Answer send(String path, String form, String authorization) {
    return api.send(api.form(path, form).header("Authorization", authorization));
  }

  private Answer send(String path, String form) {
    return api.send(api.form(path, form));
  }

  private static String basic(String text) {
    return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
