package dev.warmgate.registration;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks what becomes of registrations and accounts of addresses that nobody has proven. */
final class UnprovenAccountIT {
  private static final String OTHER = "seven quiet lanterns";

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          .with("registration.confirm", "required")
          .with("proofs.redirect_urls", "https://app.example.com/welcome");

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();

  @Test
  void reservesNothingForAStranger() {
    register(email, "the stranger's password");
    Mailed first = confirmation();
    Answer owner = register(email, PASSWORD);
    Mailed second = confirmation();

    assertThat(code(first).code()).as("not the newest code").isEqualTo("invalid_proof");
    assertThat(owner.text("request_id")).isEqualTo(second.requestId().toString());
    assertThat(code(second).status()).isEqualTo(200);
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
    assertThat(api.post("/api/v1/auth/confirm", Map.of("token", first.token())).code())
        .as("the stranger's link, after the owner's was used")
        .isEqualTo("invalid_proof");
  }

  @Test
  void takesOverAnAccountWhoseAddressNobodyHasProven() {
    String password = "the stranger's password";
    String id = unproven(email, password);
    Answer strangers = api.login(email, password);
    assertThat(strangers.status()).as("made before confirmation was asked for").isEqualTo(200);

    register(email, PASSWORD);
    Answer confirmed = code(confirmation());

    assertThat(confirmed.status()).isEqualTo(200);
    assertThat(api.me(confirmed.text("access_token")).text("account_id")).isEqualTo(id);
    assertThat(api.me(strangers.text("access_token")).code()).isEqualTo("session_ended");
    assertThat(api.refresh(strangers.text("refresh_token")).status()).isEqualTo(401);
    assertThat(api.login(email, password).status()).isEqualTo(401);
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void keepsNothingOfAStrangersRegistration() {
    String spelled = email.toUpperCase(Locale.ROOT);
    assertThat(registerIn("de", spelled).status()).isEqualTo(202);
    Mailed mail = Mailed.newest(SERVICE, spelled, "confirm");

    Answer owner =
        api.post("/api/v1/auth/confirm", Map.of("token", mail.token(), "password", OTHER));

    assertThat(api.me(owner.text("access_token")).text("email")).isEqualTo(email);
    assertThat(SERVICE.value("SELECT locale IS NULL FROM account WHERE email = ?", email))
        .isEqualTo("t");
  }

  @Test
  void keepsTheLanguageAndTheSpellingOfTheClientThatRegistered() {
    String spelled = email.toUpperCase(Locale.ROOT);
    registerIn("de", spelled);

    assertThat(code(Mailed.newest(SERVICE, spelled, "confirm")).status()).isEqualTo(200);

    assertThat(SERVICE.value("SELECT locale FROM account WHERE email = ?", spelled))
        .isEqualTo("de");
  }

  @Test
  void doesNotTakeOverTheAccountOfAnotherMailbox() {
    String suffix = UUID.randomUUID() + "@example.com";
    String other = unproven("straße-" + suffix, OTHER);
    String own = "strasse-" + suffix;
    register(own, PASSWORD);

    Answer confirmed = code(Mailed.newest(SERVICE, own, "confirm"));

    assertThat(confirmed.status()).isEqualTo(200);
    Answer me = api.me(confirmed.text("access_token"));
    assertThat(me.text("email")).isEqualTo(own);
    assertThat(me.text("account_id")).isNotEqualTo(other);
    assertThat(api.login("straße-" + suffix, PASSWORD).status())
        .as("still one address for logins")
        .isEqualTo(200);
  }

  @Test
  void leavesTheAccountOfAnotherMailboxThatIsInUse() {
    String suffix = UUID.randomUUID() + "@example.com";
    unproven("straße-" + suffix, OTHER);
    String user = api.login("straße-" + suffix, OTHER).text("access_token");
    String own = "strasse-" + suffix;
    register(own, PASSWORD);

    assertThat(code(Mailed.newest(SERVICE, own, "confirm")).code()).isEqualTo("invalid_proof");

    assertThat(api.me(user).status()).isEqualTo(200);
  }

  private Answer register(String address, String password) {
    return api.post("/api/v1/auth/register", Map.of("email", address, "password", password));
  }

  private Answer registerIn(String locale, String address) {
    return api.post(
        "/api/v1/auth/register", Map.of("email", address, "password", PASSWORD, "locale", locale));
  }

  private Mailed confirmation() {
    return Mailed.newest(SERVICE, email, "confirm");
  }

  private Answer code(Mailed mail) {
    return api.post(
        "/api/v1/auth/confirm", Map.of("request_id", mail.requestId(), "code", mail.code()));
  }

  /** Makes an account as it was made before confirmation was required; returns its id. */
  private String unproven(String address, String password) {
    register(address, password);
    assertThat(code(Mailed.newest(SERVICE, address, "confirm")).status()).isEqualTo(200);
    SERVICE.sql("UPDATE account SET email_confirmed_at = NULL WHERE email = ?", address);
    SERVICE.sql("DELETE FROM mail WHERE address = ?", address);
    SERVICE.sql("DELETE FROM proof WHERE address = ?", address);
    return SERVICE.value("SELECT id FROM account WHERE email = ?", address);
  }
}
