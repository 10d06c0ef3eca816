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
    "H\u0331@example.com, \u1e96@example.com",
    "\u1e96@example.com, \u1e96@example.com",
    "STRASSE@example.com, strasse@example.com",
    "straße@example.com, strasse@example.com",
    "ΟΔΟΣ@example.com, οδοσ@example.com",
    "οδος@example.com, οδοσ@example.com",
    "\u212aelvin@example.com, kelvin@example.com",
    "ann@xn--fa-hia.example, ann@xn--fa-hia.example",
    "ann@mail.sub.example.museum, ann@mail.sub.example.museum",
  })
  void isUniqueByItsFoldedForm(String text, String key) {
    assertThat(EmailAddress.parse(text).key()).isEqualTo(key);
  }

  @Test
  void keepsTheOriginalSpelling() {
    assertThat(EmailAddress.parse(" Ann@Example.COM ").text()).isEqualTo("Ann@Example.COM");
  }

  @Test
  void treatsComposedAndDecomposedCharactersAlike() {
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
        // Invisible characters
        "a\u00adb@example.com",
        "a\u034fb@example.com",
        "a\u115fb@example.com",
        "a\u1160b@example.com",
        "a\u17b4b@example.com",
        "a\u180bb@example.com",
        "a\u200db@example.com",
        "a\u3164b@example.com",
        "a\ufe0fb@example.com",
        "a\uffa0b@example.com",
        "a\udb40\udd00b@example.com",
        // Private use and unassigned
        "a\ue000b@example.com",
        "a\u0378b@example.com",
        // Maps to another name in IDNA 2003, or is invalid in IDNA 2008
        "ann@faß.example",
        "ann@βόλος.example",
        "ann@☃.example",
        "ann@exam\u00adple.com",
        "ann@127.0.0.10",
        "ann@exam\ud800ple.com",
        "\"ann\"@example.com",
        "<ann@example.com>",
        "ann@example.com,bob@example.com",
      })
  void refusesInvalidAddresses(String text) {
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
  void checksTheLengthFirst() {
    // It would be short enough after composition.
    assertRefused("e\u0301".repeat(60) + "@" + "e\u0301".repeat(62) + ".example");
    assertThat(EmailAddress.parse("e\u0301".repeat(60) + "@example.com").key())
        .isEqualTo("\u00e9".repeat(60) + "@example.com");
  }

  @ParameterizedTest
  @CsvSource({
    "JOSE\u0301, josé",
    "H\u0331, \u1e96",
    "straße, strasse",
    "Ann@Exam, ann@exam",
    "ann@BÜCHER.Example, ann@xn--bcher-kva.example",
    "ann@bücher.ex, ann@xn--bcher-kva.ex",
    "ann@, ann@",
    "ann@faß, ann@fass",
  })
  void foldsTheBeginningOfAnAddress(String beginning, String key) {
    assertThat(EmailAddress.fold(beginning)).isEqualTo(key);
  }

  @Test
  void doesNotPrintTheAddress() {
    assertThat(EmailAddress.parse("ann@example.com").toString()).doesNotContain("ann");
  }

  private static void assertRefused(String text) {
    assertThatThrownBy(() -> EmailAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("must be an e-mail address");
  }
}
