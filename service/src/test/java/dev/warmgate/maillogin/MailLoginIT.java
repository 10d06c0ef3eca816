package dev.warmgate.maillogin;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("quick")
final class MailLoginIT {
  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService()).with("proofs.email_login", "true");

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Answer first = api.register(email);

  @Test
  void opensASessionAndLeavesTheOthersOpen() {
    SERVICE.sql("UPDATE account SET email_confirmed_at = now() WHERE email = ?", email);
    Answer asked = ask(email);
    assertThat(asked.status()).isEqualTo(202);

    Answer byCode = byCode(newest());

    assertThat(byCode.status()).isEqualTo(200);
    assertThat(api.me(byCode.text("access_token")).text("email")).isEqualTo(email);
    assertThat(api.me(first.text("access_token")).status()).isEqualTo(200);
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
    assertThat(byCode(newest()).code()).isEqualTo("invalid_proof");
  }

  @Test
  void takesAnUnprovenAccountFromWhoeverRegisteredIt() {
    ask(email);

    Answer owner = api.post("/api/v1/auth/email-login/verify", Map.of("token", newest().token()));

    assertThat(owner.status()).isEqualTo(200);
    assertThat(api.me(owner.text("access_token")).body().path("email_verified").asBoolean())
        .isTrue();
    assertThat(api.me(first.text("access_token")).code()).isEqualTo("session_ended");
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(401);
    assertThat(
            SERVICE.value(
                "SELECT details->>'changed' FROM audit_event JOIN account"
                    + " ON account.id = account_id WHERE event = 'user.updated' AND email = ?",
                email))
        .as("the password was forgotten")
        .isEqualTo("password");
  }

  @Test
  void keepsNoSpellingOfWhoeverRegistered() {
    String own = newEmail();
    String spelled = own.toUpperCase(Locale.ROOT);
    api.register(spelled);
    ask(own);
    Mailed mail = Mailed.newest(SERVICE, spelled, "sign-in");

    assertThat(api.me(byCode(mail).text("access_token")).text("email")).isEqualTo(own);
  }

  @Test
  void createsNoAccount() {
    String unknown = newEmail();

    assertThat(ask(unknown).status()).isEqualTo(202);
    assertThat(Mailed.count(SERVICE, unknown, "sign-in")).isZero();
  }

  private Answer ask(String address) {
    return api.post("/api/v1/auth/email-login", Map.of("email", address));
  }

  private Mailed newest() {
    return Mailed.newest(SERVICE, email, "sign-in");
  }

  private Answer byCode(Mailed mail) {
    return api.post(
        "/api/v1/auth/email-login/verify",
        Map.of("request_id", mail.requestId(), "code", mail.code()));
  }
}
