package dev.warmgate.password;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RunningService;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PasswordsIT {
  @RegisterExtension
  static final RunningService SERVICE = new RunningService().withDeliveredHashing();

  private final ApiClient api = SERVICE.api();

  static java.util.List<String> unusualPasswords() {
    return java.util.List.of(
        "        ",
        " leading and trailing ",
        "🔥🦀🐘🚀🎉🧊🪣🌋",
        "🔥".repeat(256),
        "пароль-из-слов",
        "密码密码密码密码",
        "with \"quotes\" \\ and \t control \u0000 \u0001",
        "' OR 1=1 --",
        // No hexadecimal digit looks like it, so no random address is made of it.
        "u\u0301".repeat(256));
  }

  @ParameterizedTest
  @MethodSource("unusualPasswords")
  void acceptsAnythingFrom8To256Characters(String password) {
    String email = newEmail();

    assertThat(register(email, password).status()).isEqualTo(201);
    assertThat(api.login(email, password).status()).isEqualTo(200);
    assertThat(api.login(email, password + "x").status()).isEqualTo(401);
    assertThat(api.login(email, password.substring(0, password.length() - 1)).code())
        .isIn("invalid_credentials", "validation_failed");
  }

  @Test
  @Tag("quick")
  void refusesShorterAndLongerPasswords() {
    assertWeak(register(newEmail(), "🔥".repeat(7)), "8 to 256");
    assertWeak(register(newEmail(), "x".repeat(257)), "8 to 256");
    assertWeak(register(newEmail(), ""), "8 to 256");
  }

  @Test
  void acceptsThePasswordComposedAndDecomposed() {
    String email = newEmail();
    register(email, "caf\u00e9 au lait");

    assertThat(api.login(email, "cafe\u0301 au lait").status()).isEqualTo(200);
    assertThat(api.login(email, "cafe au lait").status()).isEqualTo(401);
  }

  @Test
  void comparesPasswordsToTheLastCharacter() {
    String email = newEmail();
    String beginning = "🔥".repeat(100) + "x".repeat(155);
    register(email, beginning + "a");

    assertThat(api.login(email, beginning + "b").status()).isEqualTo(401);
    assertThat(api.login(email, beginning).status()).isEqualTo(401);
    assertThat(api.login(email, beginning + "a").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"password", "PassWord", "12345678", "QWERTYUIOP", "Password1"})
  void refusesCommonPasswordsInAnyCase(String password) {
    String email = newEmail();

    assertWeak(register(email, password), "most common");
    assertThat(api.login(email, password).code()).isEqualTo("invalid_credentials");
  }

  @Test
  void refusesAWeakNewPasswordAndKeepsTheOldOne() {
    String email = newEmail();
    Answer session = api.register(email);
    Answer refused =
        api.post(
            "/api/v1/auth/password",
            session.text("access_token"),
            Map.of("current_password", PASSWORD, "new_password", "password"));

    assertThat(refused.code()).isEqualTo("weak_password");
    assertThat(refused.body().at("/errors/0/field").asText()).isEqualTo("new_password");
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
  }

  @Test
  @Tag("quick")
  void storesAnArgon2idHashWithTheConfiguredParameters() {
    String email = newEmail();
    api.register(email);

    assertThat(SERVICE.value("SELECT password_hash FROM account WHERE email = ?", email))
        .startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
  }

  @Test
  void refusesALoginIfTheStoredHashIsInvalid() {
    String email = newEmail();
    api.register(email);
    for (String hash : new String[] {"", "garbage", "$argon2id$", "*", PASSWORD}) {
      SERVICE.sql("UPDATE account SET password_hash = ? WHERE email = ?", hash, email);

      assertThat(api.login(email, PASSWORD).code()).isEqualTo("invalid_credentials");
    }
  }

  private Answer register(String email, String password) {
    return api.post("/api/v1/auth/register", Map.of("email", email, "password", password));
  }

  private static void assertWeak(Answer refused, String message) {
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.code()).isEqualTo("weak_password");
    assertThat(refused.body().at("/errors/0/field").asText()).isEqualTo("password");
    assertThat(refused.body().at("/errors/0/message").asText()).contains(message);
  }
}
