package dev.warmgate.gotrue;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SecondFactor;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What whoever has the password, the mails or a refresh token does without the factor. */
final class GoTrueFactorAbuseIT {
  private static final int MOST_SESSIONS = 5;
  private static final String OTHER = "seven quiet lanterns";

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          .with("supabase_api.enabled", "true")
          .with("housekeeping.interval", "200ms")
          .with("sessions.per_account", String.valueOf(MOST_SESSIONS));

  private final UserWithFactor my = new UserWithFactor(SERVICE.api());

  /** Whoever has a copy of the refresh token would share in the owner's proof. */
  @Test
  void givesARefreshNoneOfTheFreshnessOfAFactor() throws Exception {
    SecondFactor app = owner();
    Answer session = my.signIn();
    SERVICE.sql(
        "UPDATE session SET authenticated_at = now() - INTERVAL '1 h', methods = 'password@'"
            + " || CAST(extract(epoch FROM now()) AS bigint) - 3600 WHERE aal = 1 AND account_id ="
            + " (SELECT id FROM account WHERE email = ?)",
        my.email);

    Answer raised = my.verify(session.text("access_token"), app, app.code());
    Answer refreshed = my.refresh(raised.text("refresh_token"));

    assertThat(UserWithFactor.claims(refreshed).path("aal").asText()).isEqualTo("aal2");
    assertThat(UserWithFactor.claims(refreshed).path("amr").findValuesAsText("method"))
        .containsExactly("password", "totp");
    assertThat(my.enrol(refreshed.text("access_token"), "a thief's").code())
        .isEqualTo("insufficient_aal");
    assertThat(my.remove(refreshed.text("access_token"), app).code()).isEqualTo("insufficient_aal");
    assertThat(my.enrol(raised.text("access_token"), "the owner's").status()).isEqualTo(200);
  }

  /** Only the password is needed to open sessions that wait for the factor. */
  @Test
  void sessionsThatWaitPushNoneOutThatHaveUsedTheFactor() throws Exception {
    SecondFactor app = owner();
    Answer raised = my.verify(my.signIn().text("access_token"), app, app.code());
    for (int i = 0; i < 2 * MOST_SESSIONS; i++) {
      assertThat(my.signIn().status()).isEqualTo(200);
    }
    String living =
        "SELECT count(*) FROM session WHERE ended_at IS NULL AND account_id ="
            + " (SELECT id FROM account WHERE email = ?) AND aal = ";

    Eventually.within(
        Duration.ofSeconds(30),
        () -> SERVICE.value(living + 1, my.email).equals(String.valueOf(MOST_SESSIONS)));
    assertThat(SERVICE.value(living + 2, my.email)).isEqualTo("2");
    assertThat(my.refresh(raised.text("refresh_token")).status()).isEqualTo(200);
  }

  /** The session of the mail for a forgotten password waits for the factor as any other does. */
  @Test
  void theMailboxAloneSetsNoPassword() throws Exception {
    SecondFactor app = owner();
    my.api.post("/auth/v1/recover", Map.of("email", my.email));
    Mailed mail = Mailed.newest(SERVICE, my.email, "reset");
    Answer session =
        my.api.post(
            "/auth/v1/verify", Map.of("type", "recovery", "email", my.email, "token", mail.code()));
    assertThat(session.status()).as(session.body().toString()).isEqualTo(200);
    assertThat(UserWithFactor.claims(session).path("aud").asText())
        .isEqualTo("second_factor_needed");
    Map<String, String> password = Map.of("password", OTHER);

    assertThat(my.api.put("/auth/v1/user", session.text("access_token"), password).code())
        .isEqualTo("insufficient_aal");
    assertThat(my.signIn().status()).as("the owner").isEqualTo(200);

    Answer raised = my.verify(session.text("access_token"), app, app.code());
    assertThat(my.api.put("/auth/v1/user", raised.text("access_token"), password).status())
        .isEqualTo(200);
    assertThat(my.signIn().status()).as("with " + PASSWORD).isEqualTo(400);
  }

  private SecondFactor owner() {
    String token = my.signUp().text("access_token");
    SERVICE.sql("UPDATE account SET email_confirmed_at = now() WHERE email = ?", my.email);
    return my.owner(token);
  }
}
