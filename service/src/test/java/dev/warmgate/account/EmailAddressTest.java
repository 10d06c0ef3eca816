package dev.warmgate.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EmailAddressTest {
  @ParameterizedTest
  @CsvSource({
    "ann@example.com, ann@example.com",
    "Ann.Lee+tag@Example.COM, ann.lee+tag@example.com",
    "'  ann@example.com ', ann@example.com",
    "ann@bücher.example, ann@xn--bcher-kva.example",
    "ann@BÜCHER.example, ann@xn--bcher-kva.example",
    "ann@xn--bcher-kva.example, ann@xn--bcher-kva.example",
    "JOSÉ@example.com, josé@example.com",
    "o'hara@a.co, o'hara@a.co",
    "ann@mail.sub.example.museum, ann@mail.sub.example.museum",
  })
  void isUniqueByItsFoldedForm(String text, String key) {
    assertThat(EmailAddress.parse(text).key()).isEqualTo(key);
  }

  @Test
  void keepsTheAddressAsItWasWritten() {
    assertThat(EmailAddress.parse(" Ann@Example.COM ").text()).isEqualTo("Ann@Example.COM");
  }

  @Test
  void isTheSameComposedAndDecomposed() {
    assertThat(EmailAddress.parse("jose\u0301@example.com"))
        .isEqualTo(EmailAddress.parse("jos\u00e9@example.com"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ann",
        "@",
        "@example.com",
        "ann@",
        "ann@localhost",
        "ann@example..com",
        "ann@.example.com",
        "ann@example.com.",
        "ann@-example.com",
        "ann@exam ple.com",
        "ann@[127.0.0.1]",
        "ann lee@example.com",
        "ann@lee@example.com",
        "ann@example.com\r\nBcc: bob@example.com",
        "a\u0000b@example.com",
        "a\u00a0b@example.com",
        "a\u202eb@example.com",
        "a\ud800b@example.com",
        "ann@exam\ud800ple.com",
        "\"ann\"@example.com",
        "<ann@example.com>",
        "ann@example.com,bob@example.com",
      })
  void refusesWhatIsNoAddress(String text) {
    assertRefused(text);
  }

  @Test
  void refusesPartsThatAreTooLong() {
    String domain = "@example.com";
    assertThat(EmailAddress.parse("a".repeat(64) + domain).key()).hasSize(64 + domain.length());

    assertRefused("a".repeat(65) + domain);
    assertRefused("ann@" + "a".repeat(64) + ".com");
    assertRefused("a".repeat(64) + "@" + "b.".repeat(120) + "com");
  }

  @Test
  void neverPrintsItself() {
    assertThat(EmailAddress.parse("ann@example.com").toString()).doesNotContain("ann");
  }

  private static void assertRefused(String text) {
    assertThatThrownBy(() -> EmailAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("must be an e-mail address");
  }
}
