package dev.warmgate.token;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SecondFactor;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests resource indicators (RFC 8707): a service that receives a token cannot use it here. */
final class AudienceIT {
  private static final String ORDERS = "https://orders.example.com";
  private static final String LOGOUT = "/api/v1/auth/logout";
  private static final String STOCK = "https://stock.example.com/v1";

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("tokens.resources", ORDERS + "," + STOCK)
          .with("refresh.predecessor", "off");

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Answer session = api.register(email);

  @Test
  @Tag("quick")
  void isThisApiByDefault() throws IOException {
    assertThat(audience(session)).isEqualTo(SERVICE.issuer());
    assertThat(audience(login(null))).isEqualTo(SERVICE.issuer());
    assertThat(audience(login(SERVICE.issuer()))).isEqualTo(SERVICE.issuer());
    assertThat(audience(login(ORDERS))).isEqualTo(ORDERS);
    Map<String, Object> account =
        Map.of("email", newEmail(), "password", PASSWORD, "resource", STOCK);
    assertThat(audience(api.post("/api/v1/auth/register", account))).isEqualTo(STOCK);
  }

  @Test
  @Tag("quick")
  void isChosenAtEachRefresh() throws IOException {
    Answer orders = refresh(session, ORDERS);
    assertThat(audience(orders)).isEqualTo(ORDERS);
    Answer own = refresh(orders, null);
    assertThat(audience(own)).isEqualTo(SERVICE.issuer());
    Answer stock = exchange(own, "&resource=" + encoded(STOCK));
    assertThat(audience(stock)).isEqualTo(STOCK);
    assertThat(audience(exchange(stock, "&resource="))).isEqualTo(SERVICE.issuer());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example.com",
        "https://orders.example.com/",
        "https://ORDERS.example.com",
        "https://orders.example.com#x",
        "http://127.0.0.1:8080/",
        "warmgate",
        "",
      })
  void isNeverAnUnlistedResource(String resource) throws IOException {
    Answer refused = login(resource);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.code()).isEqualTo("invalid_target");
    assertThat(refresh(session, resource).code()).isEqualTo("invalid_target");

    String candidate = newEmail();
    Map<String, Object> account =
        Map.of("email", candidate, "password", PASSWORD, "resource", resource);
    assertThat(api.post("/api/v1/auth/register", account).code()).isEqualTo("invalid_target");
    assertThat(api.register(candidate).status()).as("the address is not taken").isEqualTo(201);
    assertThat(refresh(session, null).status()).as("the refresh token is unused").isEqualTo(200);
  }

  @Test
  void isNeverAnUnlistedResourceForOAuthClients() {
    for (String resources :
        List.of(
            "&resource=" + encoded("https://evil.example.com"),
            "&resource=" + encoded(ORDERS) + "&resource=" + encoded(STOCK))) {
      Answer refused = exchange(session, resources);

      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.text("error")).isEqualTo("invalid_target");
    }
    assertThat(exchange(session, "").status()).as("the refresh token is unused").isEqualTo(200);
  }

  @Test
  void isPublishedInTheMetadata() {
    JsonNode metadata = api.get("/.well-known/oauth-authorization-server").body();

    assertThat(metadata.path("protected_resources").valueStream().map(JsonNode::asText))
        .containsExactly(SERVICE.issuer(), ORDERS, STOCK);
  }

  /** Tries every endpoint of the contract with an admin's token. */
  @Test
  void admitsAForeignTokenOnlyToMeAndItsOwnLogout() {
    SERVICE.sql("UPDATE account SET role = 'admin' WHERE email = ?", email);
    SecondFactor factor = SecondFactor.enrol(api, login(null).text("access_token"));
    String ownToken = factor.login(api, email, PASSWORD).text("access_token");
    Answer first = login(ORDERS);
    String foreign = SecondFactor.verify(api, first, "code", factor.code()).text("access_token");
    List<String> admitted = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path :
        api.get("/openapi.json").body().path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        String name = operation.getKey() + " " + path.getKey();
        // An empty alternative means that the endpoint also serves callers without a credential.
        JsonNode security = operation.getValue().path("security");
        boolean needsToken =
            !security.isEmpty() && security.valueStream().noneMatch(JsonNode::isEmpty);
        if (needsToken
            && !name.equals("post " + LOGOUT)
            && !attempt(operation, path.getKey(), foreign).code().equals("invalid_token")) {
          admitted.add(name);
        }
      }
    }

    assertThat(admitted).containsExactly("get /api/v1/auth/me");
    assertThat(api.get("/api/v1/admin/accounts", ownToken).status())
        .as("the admin's own token")
        .isEqualTo(200);
    assertThat(logout(foreign, "").status()).isEqualTo(204);
    assertThat(api.me(foreign).code()).as("the session of the token").isEqualTo("session_ended");
    assertThat(api.me(ownToken).status()).as("another session").isEqualTo(200);
  }

  private Answer attempt(Map.Entry<String, JsonNode> operation, String path, String token) {
    String method = operation.getKey().toUpperCase(Locale.ROOT);
    HttpRequest.Builder request =
        api.request(
            method, path.replaceAll("\\{[^}]*}", UUID.randomUUID().toString()), token, null);
    operation
        .getValue()
        .at("/requestBody/content")
        .fieldNames()
        .forEachRemaining(type ->
            request
                .setHeader("Content-Type", type)
                .method(method, HttpRequest.BodyPublishers.ofString("{}")));
    return api.send(request);
  }

  @Test
  void isReturnedByMe() {
    assertThat(api.me(login(ORDERS).text("access_token")).text("resource")).isEqualTo(ORDERS);
    assertThat(api.me(session.text("access_token")).body().has("resource")).isFalse();
  }

  @Test
  void cannotEndOtherSessions() {
    String foreign = login(ORDERS).text("access_token");

    for (String scope : List.of("global", "others")) {
      Answer refused = logout(foreign, "?scope=" + scope);
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.code()).isEqualTo("invalid_token");
    }
    assertThat(api.me(session.text("access_token")).status()).isEqualTo(200);
    assertThat(api.me(foreign).status()).isEqualTo(200);
  }

  private Answer logout(String token, String query) {
    return api.send(api.request("POST", LOGOUT + query, token, null));
  }

  private Answer login(@Nullable String resource) {
    return api.post("/api/v1/auth/login", with(resource, "email", email, "password", PASSWORD));
  }

  private Answer refresh(Answer pair, @Nullable String resource) {
    return api.post(
        "/api/v1/auth/refresh", with(resource, "refresh_token", pair.text("refresh_token")));
  }

  private static Map<String, Object> with(@Nullable String resource, String... fields) {
    Map<String, Object> body = new HashMap<>();
    for (int i = 0; i < fields.length; i += 2) {
      body.put(fields[i], fields[i + 1]);
    }
    if (resource != null) {
      body.put("resource", resource);
    }
    return body;
  }

  private Answer exchange(Answer pair, String parameters) {
    return api.send(
        api.form(
            "/oauth/token",
            "grant_type=refresh_token&client_id=warmgate-first-party&refresh_token="
                + pair.text("refresh_token")
                + parameters));
  }

  private static String encoded(String resource) {
    return URLEncoder.encode(resource, StandardCharsets.UTF_8);
  }

  /** Returns the single audience of the token. */
  private static String audience(Answer pair) throws IOException {
    String claims = pair.text("access_token").split("\\.", -1)[1];
    JsonNode audience =
        new ObjectMapper().readTree(Base64.getUrlDecoder().decode(claims)).path("aud");
    assertThat(audience).hasSize(1);
    return audience.get(0).asText();
  }
}
