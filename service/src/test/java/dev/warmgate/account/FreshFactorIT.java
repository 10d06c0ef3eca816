package dev.warmgate.account;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.request.Authenticated;
import dev.warmgate.request.FastLane;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SecondFactor;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks what an account with a second factor needs it for, in place of its password. */
final class FreshFactorIT {
  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService().withResource(new OnTheFullLane()).withResource(new OnTheFastLane());

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Answer session = api.register(email);
  private final SecondFactor factor = SecondFactor.enrol(api, session.text("access_token"));

  /** The password is no second factor, however fresh. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /api/v1/auth/logout?scope=global",
        "POST /api/v1/auth/logout?scope=others",
        "DELETE /api/v1/auth/sessions/{other}",
      })
  void endingOtherSessionsNeedsIt(String ending) {
    Answer another = factor.login(api, email, PASSWORD);
    String path = ending.replace("{other}", another.text("session_id"));

    Answer refused = send(path, session, Map.of("password", PASSWORD));
    assertThat(refused.code()).isEqualTo("insufficient_user_authentication");
    assertThat(refused.header("WWW-Authenticate")).contains("acr_values=\"aal2\"");
    assertThat(api.me(another.text("access_token")).status()).isEqualTo(200);
    assertThat(send(path, factor.confirmed(), null).status()).isEqualTo(204);
    assertThat(api.me(another.text("access_token")).code()).isEqualTo("session_ended");
  }

  @Test
  void changesNeedIt() {
    Map<String, String> change =
        Map.of("current_password", PASSWORD, "new_password", "seven quiet lanterns");
    Map<String, String> more = Map.of("type", "totp", "name", "x", "password", PASSWORD);
    Map<String, Map<String, String>> changes =
        Map.of(
            "POST /api/v1/auth/password",
            change,
            "DELETE /api/v1/auth/me",
            Map.of("password", PASSWORD),
            "POST /api/v1/auth/email",
            Map.of("email", newEmail(), "password", PASSWORD),
            "POST /api/v1/auth/factors",
            more);
    changes.forEach((endpoint, body) ->
        assertThat(send(endpoint, session, body).code())
            .as(endpoint)
            .isEqualTo("insufficient_user_authentication"));

    Answer changed = send("POST /api/v1/auth/password", factor.confirmed(), change);
    assertThat(changed.status()).isEqualTo(200);
    assertThat(
            send("POST /api/v1/auth/factors", changed, Map.of("type", "totp", "name", "y"))
                .status())
        .as("the new session has the level of the old one")
        .isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/full", "/fast"})
  void anEndpointCanAskForItOnEitherLane(String path) {
    Answer refused = api.get(path, session.text("access_token"));
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.header("WWW-Authenticate")).endsWith("acr_values=\"aal2\", max_age=\"60\"");
    assertThat(api.get(path, factor.confirmed().text("access_token")).status()).isEqualTo(204);

    SERVICE.sql(
        "UPDATE session SET authenticated_at = now() - INTERVAL '61 s' WHERE id = ?::uuid",
        session.text("session_id"));
    Answer stale = api.refresh(session.text("refresh_token"));
    assertThat(api.get(path, stale.text("access_token")).code())
        .isEqualTo("insufficient_user_authentication");
  }

  /** Whoever has a copy of the refresh token would share in the owner's proof. */
  @ParameterizedTest
  @ValueSource(strings = {"/full", "/fast"})
  void aRefreshIsNotAsFreshAsTheProofBeforeIt(String path) {
    Answer owner = factor.login(api, email, PASSWORD);
    SERVICE.sql(
        "UPDATE session SET authenticated_at = now() - INTERVAL '1 h' WHERE id = ?::uuid",
        owner.text("session_id"));
    String copy = owner.text("refresh_token");
    String stale = api.refresh(copy).text("access_token");
    Answer raised = api.post("/api/v1/auth/mfa/step-up", stale, Map.of("code", factor.code()));
    assertThat(api.get(path, raised.text("access_token")).status()).isEqualTo(204);

    Answer thief = api.refresh(copy);

    assertThat(thief.status()).isEqualTo(200);
    assertThat(api.get(path, thief.text("access_token")).code())
        .isEqualTo("insufficient_user_authentication");
    assertThat(
            send("POST /api/v1/auth/logout?scope=others", thief, Map.of("password", PASSWORD))
                .code())
        .isEqualTo("insufficient_user_authentication");
    assertThat(api.get(path, raised.text("access_token")).status()).as("the owner").isEqualTo(204);
  }

  private Answer send(String endpoint, Answer by, @Nullable Map<String, String> body) {
    String[] parts = endpoint.split(" ", 2);
    String token = by.text("access_token");
    if (parts[0].equals("DELETE")) {
      return api.delete(parts[1], token, body);
    }
    return body == null
        ? api.send(api.request("POST", parts[1], token, null))
        : api.post(parts[1], token, body);
  }

  /** Asks for a fresh factor on the full lane. */
  @Path("full")
  @Authenticated(aal = 2, maxAge = "1m")
  public static final class OnTheFullLane {
    @GET
    public void get() {}
  }

  /** Asks for one on the fast lane, which has the same authentication filter. */
  @Path("fast")
  @FastLane
  @Authenticated(aal = 2, maxAge = "1m")
  public static final class OnTheFastLane {
    @GET
    public void get() {}
  }
}
