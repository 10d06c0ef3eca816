package dev.warmgate.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.warmgate.outbound.OutboundClient;
import dev.warmgate.outbound.OutboundUrlPolicy;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PasswordPolicyTest {
  private static final String EMAIL = "Ada.Lovelace+shop@mail.engines.example";

  private final PasswordPolicy policy = policy(null);

  private static PasswordPolicy policy(Integer minLength) {
    PasswordConfiguration configuration = new PasswordConfiguration(minLength, null);
    OutboundUrlPolicy urls = new OutboundUrlPolicy(List.of());
    return new PasswordPolicy(
        configuration,
        "accounts.acme.example:8443",
        new BreachCheck(
            configuration.breachCheck(),
            new OutboundClient(urls, Duration.ofSeconds(1), 1),
            OpenTelemetry.noop()));
  }

  @Test
  void countsCodePoints() {
    assertAccepted("🔥".repeat(8));
    assertAccepted("🔥".repeat(256));
    assertWeak("🔥".repeat(7), "must have 8 to 256 characters");
    assertWeak("🔥".repeat(257), "must have 8 to 256 characters");
  }

  @Test
  void countsAfterComposing() {
    assertWeak("e\u0301".repeat(7), "must have 8 to 256 characters");
    assertAccepted("e\u0301".repeat(256));
  }

  @Test
  void appliesTheConfiguredMinimumLength() {
    assertThat(refusal(policy(15), "fourteen chars", EMAIL))
        .isEqualTo("must have 15 to 256 characters");
    assertThat(refusal(policy(15), "fifteen of them", EMAIL)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"password", "Password1", "PASSWORD1", "12345678", "qwertyuiop", "iloveyou"})
  void refusesCommonPasswordsInAnyCase(String common) {
    assertWeak(common, "is one of the most common passwords");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "        ",
        "ünïcödé!",
        "lower case only phrase",
        "0000 0000 0001",
        "lovelace and the engine",
        "not my lovelace",
        "Warmgates",
        "a warm gate",
        "mailbox full",
        "1815-12-10",
      })
  void acceptsOtherPasswords(String text) {
    assertAccepted(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Ada.Lovelace+shop@mail.engines.example",
        "ada.lovelace@mail.engines.example",
        "ada.lovelace",
        "AdaLovelace",
        "ADA_LOVELACE",
        "Lovelace",
        "lovelace1815",
        "1815!lovelace!",
        "l0v3l4c3",
        "10v31@c3!!",
        "L\u00f6v\u00ebl\u00e0ce",
        "ｌｏｖｅｌａｃｅ",
        "ecalevol",
        "lovelacelovelace",
        "Lovelace,Ada 2026",
        "adaadaada",
        "ada12345",
        "engines42",
        "shopshop",
      })
  void refusesTheAddressAndItsVariants(String text) {
    assertWeak(text, "is little more than the e-mail address");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "warmgate",
        "WarmGate2026!",
        "w4rmg@t3",
        "etagmraw",
        "warm-gate",
        "accounts1",
        "accounts.acme.example",
        "acme-acme",
        "ada@warmgate",
        "warmgate lovelace",
      })
  void refusesTheServicesNameAndItsVariants(String text) {
    assertWeak(text, "is little more than the service's name");
  }

  @ParameterizedTest
  @CsvSource({
    "871234567@qq.example, 871234567",
    "871234567@qq.example, 871234567871234567",
    "871234567@qq.example, 871234567!",
    "871234567@qq.example, !8712345672026",
    "871234567@qq.example, 765432178",
    "张伟张@例子例.example, 张伟张张伟张123",
    "straße@example.com, STRASSE1",
    "jane@bücher-shop.example, Bücher2026",
  })
  void refusesVariantsOfAddressesOfAllKinds(String email, String text) {
    assertThat(refusal(policy, text, email)).isEqualTo("is little more than the e-mail address");
  }

  @ParameterizedTest
  @CsvSource({
    "123@example.com, 9912 3991 2399",
    "jo@example.com, jojojojojo",
    "a.b@c.de, abababab"
  })
  void ignoresShortWordsOfTheAddress(String email, String text) {
    assertThat(refusal(policy, text, email)).isNull();
  }

  private void assertAccepted(String text) {
    assertThat(refusal(policy, text, EMAIL)).isNull();
  }

  private void assertWeak(String text, String message) {
    assertThat(refusal(policy, text, EMAIL)).isEqualTo(message);
  }

  private static String refusal(PasswordPolicy policy, String text, String email) {
    ApiException refused =
        catchThrowableOfType(
            ApiException.class, () -> policy.check("password", new Password(text), email));
    if (refused == null) {
      return null;
    }
    assertThat(refused.type()).isEqualTo(ProblemType.WEAK_PASSWORD);
    assertThat(refused.errors().getFirst().field()).isEqualTo("password");
    return refused.errors().getFirst().message();
  }
}
