package dev.warmgate.factor;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SecondFactor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that whoever reads the mails of an account with a factor changes nothing without it. */
final class FactorMailboxIT {
  private static final String NEW_PASSWORD = "seven quiet lanterns";

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          .with("proofs.email_login", "true")
          .with("housekeeping.interval", "1h");

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Answer session = registerProven();
  private final SecondFactor factor = SecondFactor.enrol(api, session.text("access_token"));

  private Answer registerProven() {
    Answer registered = api.register(email);
    SERVICE.sql("UPDATE account SET email_confirmed_at = now() WHERE email = ?", email);
    return registered;
  }

  @Test
  void aResetChangesNothingBeforeTheFactor() {
    Answer first = reset();
    assertThat(first.code()).isEqualTo("mfa_required");

    assertThat(api.me(session.text("access_token")).status()).isEqualTo(200);
    assertThat(api.login(email, NEW_PASSWORD).code()).isEqualTo("invalid_credentials");
    assertThat(api.login(email, PASSWORD).code()).isEqualTo("mfa_required");
    assertThat(events("password.reset")).isEqualTo("0");
    assertThat(Mailed.count(SERVICE, email, "password-changed")).isZero();
    for (int i = 0; i < 5; i++) {
      assertThat(SecondFactor.verify(api, first, "code", factor.wrongCode()).code())
          .isEqualTo("invalid_factor");
    }
    assertThat(SecondFactor.verify(api, first, "code", factor.code()).code())
        .isEqualTo("invalid_mfa_token");
    assertThat(factor.login(api, email, PASSWORD).status()).as("the owner").isEqualTo(200);
  }

  @Test
  void theFactorPutsThePasswordIntoEffectAndEndsEverySession() {
    Answer first = reset();

    Answer opened = SecondFactor.verify(api, first, "code", factor.code());

    assertThat(opened.status()).isEqualTo(200);
    assertThat(api.me(opened.text("access_token")).status()).isEqualTo(200);
    assertThat(api.me(session.text("access_token")).code()).isEqualTo("session_ended");
    assertThat(api.login(email, PASSWORD).code()).isEqualTo("invalid_credentials");
    assertThat(factor.login(api, email, NEW_PASSWORD).status()).isEqualTo(200);
    assertThat(events("password.reset")).isEqualTo("1");
    assertThat(events("password.changed")).isEqualTo("0");
    assertThat(Mailed.count(SERVICE, email, "password-changed")).isEqualTo(1);
    assertThat(SERVICE.value("SELECT count(*) FROM login_challenge WHERE password_hash <> ''"))
        .isEqualTo("0");
  }

  @Test
  void ofTwoResetsThatWaitOneComesIntoEffect() {
    Answer one = reset();
    Answer other = reset();

    assertThat(SecondFactor.verify(api, one, "code", factor.code()).status()).isEqualTo(200);
    assertThat(SecondFactor.verify(api, other, "code", factor.code()).code())
        .isEqualTo("invalid_mfa_token");
  }

  /** The operator has made the account of an admin, so the mailbox is not all there is to it. */
  @ParameterizedTest
  @ValueSource(strings = {"reset", "sign-in"})
  void theFirstProofOfAnAdminsAddressChangesNothingEither(String kind) {
    SERVICE.sql(
        "UPDATE account SET email_confirmed_at = NULL, role = 'admin' WHERE email = ?", email);

    Answer first = kind.equals("reset") ? reset() : signInByMail();

    assertThat(first.code()).isEqualTo("mfa_required");
    assertThat(api.me(session.text("access_token")).status()).isEqualTo(200);
    assertThat(api.login(email, PASSWORD).code()).isEqualTo("mfa_required");
    assertThat(events("email.confirmed")).isEqualTo("1");
    assertThat(SecondFactor.verify(api, first, "code", factor.code()).status()).isEqualTo(200);
  }

  /** What a stranger enrolled before is gone, which the owner of the address learns. */
  @ParameterizedTest
  @ValueSource(strings = {"reset", "sign-in"})
  void theFirstProofOfAnAddressTellsOfForgottenFactors(String kind) {
    SERVICE.sql("UPDATE account SET email_confirmed_at = NULL WHERE email = ?", email);

    Answer opened = kind.equals("reset") ? reset() : signInByMail();

    assertThat(opened.status()).isEqualTo(200);
    assertThat(events("factors.reset")).isEqualTo("1");
    assertThat(
            SERVICE.value(
                "SELECT details->>'factors' || ' ' || (details->>'by') FROM audit_event"
                    + " WHERE event = 'factors.reset' AND account_id ="
                    + " (SELECT id FROM account WHERE email = ?)",
                email))
        .isIn(List.of("1 password_reset", "1 address_proven"));
    assertThat(Mailed.count(SERVICE, email, "factors-reset")).isEqualTo(1);
  }

  @Test
  void nobodyIsToldWhereThereWasNoFactor() {
    String other = newEmail();
    api.register(other);

    assertThat(reset(other).status()).isEqualTo(200);

    assertThat(Mailed.count(SERVICE, other, "factors-reset")).isZero();
    assertThat(Mailed.count(SERVICE, other, "password-changed")).isEqualTo(1);
  }

  private Answer reset() {
    return reset(email);
  }

  private Answer reset(String address) {
    api.post("/api/v1/auth/forgot", Map.of("email", address));
    String token = Mailed.newest(SERVICE, address, "reset").token();
    return api.post("/api/v1/auth/reset", Map.of("token", token, "password", NEW_PASSWORD));
  }

  private Answer signInByMail() {
    api.post("/api/v1/auth/email-login", Map.of("email", email));
    String token = Mailed.newest(SERVICE, email, "sign-in").token();
    return api.post("/api/v1/auth/email-login/verify", Map.of("token", token));
  }

  private String events(String event) {
    return SERVICE.value(
        "SELECT count(*) FROM audit_event WHERE event = ? AND account_id ="
            + " (SELECT id FROM account WHERE email = ?)",
        event,
        email);
  }
}
