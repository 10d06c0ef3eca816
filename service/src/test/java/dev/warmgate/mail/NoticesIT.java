package dev.warmgate.mail;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks what owners are told; one of the notices is switched off. */
final class NoticesIT {
  private static final String UNKNOWN_BROWSER =
      "Call +1 555 0100 now! (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          .with("notices.sessions_ended", "false")
          .with("switches.rate_limits", "true")
          .with("rate_limits.register", "1000/1m");

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Answer session = api.register(email);

  NoticesIT() {
    prove(email);
  }

  @Test
  void tellOfALoginFromANewDeviceOnly() {
    api.login(email, PASSWORD);
    assertThat(Mailed.count(SERVICE, email, "new-device")).as("the same user agent").isZero();

    ApiClient other = api.with("User-Agent", UNKNOWN_BROWSER);
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
                "SELECT parameters FROM mail WHERE address = ? AND kind = 'new-device'", email))
        .as("names from a list only")
        .isEqualTo("{\"system\": \"Linux\", \"browser\": \"Firefox\"}");
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

  @Test
  void areNotSentToAddressesThatNobodyHasProven() {
    String victim = newEmail();
    api.register(victim);
    ApiClient other = api.with("User-Agent", UNKNOWN_BROWSER);
    String access = other.login(victim, PASSWORD).text("access_token");
    String changed =
        other
            .post(
                "/api/v1/auth/password",
                access,
                Map.of("current_password", PASSWORD, "new_password", "seven quiet lanterns"))
            .text("access_token");
    other.delete("/api/v1/auth/me", changed, Map.of("password", "seven quiet lanterns"));

    assertThat(SERVICE.value("SELECT count(*) FROM account WHERE email = ?", victim))
        .isEqualTo("0");
    assertThat(SERVICE.value("SELECT count(*) FROM mail WHERE address = ?", victim)).isEqualTo("0");
  }

  /** A stranger can register an address and give it up, again and again. */
  @Test
  void ofAChangeOfAddressBecomeRareToo() {
    String victim = newEmail();
    for (String spelling : new String[] {victim, victim.toUpperCase(Locale.ROOT)}) {
      Answer registered = api.register(spelling);
      String next = newEmail();
      Answer asked =
          api.post("/api/v1/auth/email", registered.text("access_token"), Map.of("email", next));
      assertThat(asked.status()).isEqualTo(202);
      assertThat(
              api.post(
                      "/api/v1/auth/email/confirm",
                      Map.of("token", Mailed.newest(SERVICE, next, "change-address-new").token()))
                  .status())
          .isEqualTo(200);
    }

    assertThat(
            SERVICE.value(
                "SELECT count(*) FROM mail WHERE lower(address) = ? AND kind = 'address-changed'",
                victim))
        .isEqualTo("1");
  }

  @Test
  void becomeRareIfThereAreMany() {
    for (int i = 0; i < 3; i++) {
      loginFromDevice(i);
    }
    assertThat(Mailed.count(SERVICE, email, "new-device")).isEqualTo(1);

    SERVICE.sql(
        "UPDATE proof_request SET asked_at = asked_at - INTERVAL '1 min' WHERE email_key = ?",
        email);
    loginFromDevice(3);
    loginFromDevice(4);
    assertThat(Mailed.count(SERVICE, email, "new-device")).isEqualTo(2);
  }

  private void loginFromDevice(int number) {
    assertThat(api.with("User-Agent", "device " + number).login(email, PASSWORD).status())
        .isEqualTo(200);
  }

  private static void prove(String address) {
    SERVICE.sql("UPDATE account SET email_confirmed_at = now() WHERE email = ?", address);
  }
}
