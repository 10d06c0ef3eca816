package dev.warmgate.session;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RunningService;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SessionLifecycleIT {
  @RegisterExtension static final RunningService SERVICE = new RunningService();

  private final ApiClient api = SERVICE.api();

  @Test
  void registersAndLogsInAtOnce() {
    String email = newEmail();
    Answer registered = api.register(email);

    assertThat(registered.status()).isEqualTo(201);
    assertThat(registered.text("token_type")).isEqualTo("Bearer");
    assertThat(registered.body().path("expires_in").asLong()).isEqualTo(900);
    assertThat(registered.header("Cache-Control")).isEqualTo("no-store");

    Answer me = api.me(registered.text("access_token"));
    assertThat(me.status()).isEqualTo(200);
    assertThat(me.text("email")).isEqualTo(email);
    assertThat(me.text("session_id")).isEqualTo(registered.text("session_id"));
    assertThat(me.body().path("roles").get(0).asText()).isEqualTo("user");
  }

  @Test
  void logsInWithTheAddressInAnyCase() {
    String email = newEmail();
    api.register(email);

    assertThat(api.login(email.toUpperCase(java.util.Locale.ROOT), PASSWORD).status())
        .isEqualTo(200);
  }

  @Test
  void answersIdenticallyToAWrongPasswordAndAnUnknownAddress() {
    String email = newEmail();
    api.register(email);

    Answer wrong = api.login(email, "not the password");
    Answer unknown = api.login(newEmail(), "not the password");

    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.code()).isEqualTo("invalid_credentials");
    assertThat(unknown.status()).isEqualTo(401);
    assertThat(withoutTrace(unknown.body())).isEqualTo(withoutTrace(wrong.body()));
  }

  @Test
  void refusesASecondAccountWithTheSameAddressInAnotherCase() {
    String email = newEmail();
    api.register(email);

    Answer again = api.register(email.toUpperCase(java.util.Locale.ROOT));

    assertThat(again.status()).isEqualTo(409);
    assertThat(again.code()).isEqualTo("email_taken");
  }

  @Test
  void endsThisSessionAtLogout() {
    String email = newEmail();
    api.register(email);
    Answer first = api.login(email, PASSWORD);
    Answer second = api.login(email, PASSWORD);

    assertThat(logout(first, "").status()).isEqualTo(204);

    assertThat(api.me(first.text("access_token")).code()).isEqualTo("session_ended");
    assertThat(api.refresh(first.text("refresh_token")).status()).isEqualTo(401);
    assertThat(api.me(second.text("access_token")).status()).isEqualTo(200);
  }

  @Test
  void endsOtherSessionsOrAllSessionsAtLogout() {
    String email = newEmail();
    Answer first = api.register(email);
    Answer second = api.login(email, PASSWORD);

    assertThat(logout(second, "?scope=others").status()).isEqualTo(204);
    assertThat(api.me(first.text("access_token")).status()).isEqualTo(401);
    assertThat(api.me(second.text("access_token")).status()).isEqualTo(200);

    Answer third = api.login(email, PASSWORD);
    assertThat(logout(third, "?scope=global").status()).isEqualTo(204);
    assertThat(api.me(second.text("access_token")).status()).isEqualTo(401);
    assertThat(api.me(third.text("access_token")).status()).isEqualTo(401);
  }

  @Test
  void namesTheParameterOfAnInvalidLogoutScope() {
    Answer session = api.register(newEmail());

    Answer refused = logout(session, "?scope=everywhere");

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.body().at("/errors/0/field").asText()).isEqualTo("scope");
    assertThat(api.me(session.text("access_token")).status()).isEqualTo(200);
  }

  @Test
  void listsAndEndsOwnSessionsOnly() {
    String email = newEmail();
    Answer first = api.register(email);
    Answer second = api.login(email, PASSWORD);
    Answer stranger = api.register(newEmail());

    JsonNode sessions =
        api.get("/api/v1/auth/sessions", second.text("access_token")).body().path("sessions");
    assertThat(sessions).hasSize(2);
    assertThat(sessions.findValuesAsText("session_id"))
        .containsExactlyInAnyOrder(first.text("session_id"), second.text("session_id"));
    assertThat(sessions.get(0).path("session_id").asText()).isEqualTo(second.text("session_id"));
    assertThat(sessions.get(0).path("current").asBoolean()).isTrue();

    String path = "/api/v1/auth/sessions/" + first.text("session_id");
    assertThat(api.delete(path, stranger.text("access_token"), null).code())
        .isEqualTo("session_not_found");
    assertThat(api.me(first.text("access_token")).status()).isEqualTo(200);
    assertThat(api.delete(path, second.text("access_token"), null).status()).isEqualTo(204);
    assertThat(api.me(first.text("access_token")).status()).isEqualTo(401);
  }

  @Test
  void changesThePasswordAndEndsEverySessionButTheNewOne() {
    String email = newEmail();
    Answer first = api.register(email);
    Answer second = api.login(email, PASSWORD);
    String newPassword = "an even better passphrase";

    Answer wrong = changePassword(second, "not the password", newPassword);
    assertThat(wrong.status()).isEqualTo(403);
    assertThat(wrong.code()).isEqualTo("wrong_password");

    Answer changed = changePassword(second, PASSWORD, newPassword);
    assertThat(changed.status()).isEqualTo(200);
    for (Answer old : List.of(first, second)) {
      assertThat(api.me(old.text("access_token")).code()).isEqualTo("session_ended");
      assertThat(api.refresh(old.text("refresh_token")).code()).isEqualTo("session_ended");
    }
    assertThat(api.me(changed.text("access_token")).status()).isEqualTo(200);
    assertThat(api.refresh(changed.text("refresh_token")).status()).isEqualTo(200);
    assertThat(changed.text("device_token")).isNotEmpty();
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(401);
    assertThat(api.login(email, newPassword).status()).isEqualTo(200);
  }

  @Test
  void deletesTheAccountWithItsSessions() {
    String email = newEmail();
    Answer session = api.register(email);
    String token = session.text("access_token");

    assertThat(api.delete("/api/v1/auth/me", token, Map.of("password", "not it at all")).status())
        .isEqualTo(403);
    assertThat(api.delete("/api/v1/auth/me", token, Map.of("password", PASSWORD)).status())
        .isEqualTo(204);

    assertThat(api.me(token).status()).isEqualTo(401);
    assertThat(api.refresh(session.text("refresh_token")).status()).isEqualTo(401);
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(401);
    assertThat(api.register(email).status()).isEqualTo(201);
  }

  private Answer logout(Answer session, String query) {
    return api.send(
        api.request("POST", "/api/v1/auth/logout" + query, session.text("access_token"), null));
  }

  private Answer changePassword(Answer session, String current, String next) {
    return api.post(
        "/api/v1/auth/password",
        session.text("access_token"),
        Map.of("current_password", current, "new_password", next));
  }

  private static JsonNode withoutTrace(JsonNode problem) {
    return ((com.fasterxml.jackson.databind.node.ObjectNode) problem.deepCopy())
        .without("trace_id");
  }
}
