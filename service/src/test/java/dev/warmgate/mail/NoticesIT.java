package dev.warmgate.mail;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks what owners are told; one of the notices is switched off. */
final class NoticesIT {
  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService()).with("notices.sessions_ended", "false");

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Answer session = api.register(email);

  @Test
  void tellOfALoginFromANewDeviceOnly() {
    api.login(email, PASSWORD);
    assertThat(Mailed.count(SERVICE, email, "new-device")).as("the same user agent").isZero();

    ApiClient other = api.with("User-Agent", "another browser");
    String device = other.login(email, PASSWORD).text("device_token");
    assertThat(Mailed.count(SERVICE, email, "new-device")).isEqualTo(1);

    other.login(email, PASSWORD);
    api.with("User-Agent", "the same browser, after an update")
        .post(
            "/api/v1/auth/login",
            Map.of("email", email, "password", PASSWORD, "device_token", device));
    assertThat(Mailed.count(SERVICE, email, "new-device")).as("a known device").isEqualTo(1);
    assertThat(
            SERVICE.value(
                "SELECT parameters->>'device' FROM mail WHERE address = ? AND kind = 'new-device'",
                email))
        .isEqualTo("another browser");
  }

  @Test
  void tellOfAChangedPasswordAndOfADeletion() {
    Answer changed =
        api.post(
            "/api/v1/auth/password",
            session.text("access_token"),
            Map.of("current_password", PASSWORD, "new_password", "seven quiet lanterns"));
    assertThat(Mailed.count(SERVICE, email, "password-changed")).isEqualTo(1);

    api.delete(
        "/api/v1/auth/me",
        changed.text("access_token"),
        Map.of("password", "seven quiet lanterns"));
    assertThat(Mailed.count(SERVICE, email, "account-deleted")).isEqualTo(1);
  }

  @Test
  void areNotSentIfTheyAreSwitchedOff() {
    assertThat(
            api.post("/api/v1/auth/logout?scope=global", session.text("access_token"), Map.of())
                .status())
        .isEqualTo(204);
    assertThat(Mailed.count(SERVICE, email, "sessions-ended")).isZero();
  }
}
