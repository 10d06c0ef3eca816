package dev.warmgate.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DomainNameTest {
  @ParameterizedTest
  @CsvSource({
    "example.com, example.com",
    "Mail.Example.COM, mail.example.com",
    "r3---sn-q4fl6n.example, r3---sn-q4fl6n.example",
    "bücher.example, xn--bcher-kva.example",
    "BÜCHER.Example, xn--bcher-kva.example",
    "bu\u0308cher.example, xn--bcher-kva.example",
    "XN--Bcher-KVA.example, xn--bcher-kva.example",
    "xn--fa-hia.example, xn--fa-hia.example",
    "例え.テスト.example, xn--r8jz45g.xn--zckzah.example",
    "l·l.example, xn--ll-0ea.example",
    "한국.example, xn--3e0b707e.example",
    "नेपाल.example, xn--l2bey1c2b.example",
    "ｅｘａｍｐｌｅ.com, example.com",
  })
  void hasOneAsciiForm(String name, String ascii) {
    assertThat(DomainName.toAscii(name)).contains(ascii);
    assertThat(DomainName.isValid(ascii)).isTrue();
    assertThat(DomainName.toAscii(ascii)).contains(ascii);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Mapped to another name by IDNA 2003
        "faß.example",
        "FAẞ.example",
        "βόλος.example",
        "नी\u200dपा.example",
        "a\u200cb.example",
        // Symbols, signs and other forms, also behind an A-label
        "☃.example",
        "xn--n3h.example",
        "💩.example",
        "①.example",
        "a\u00adb.example",
        "a\u034fb.example",
        "a\ufe0fb.example",
        "a\u3164b.example",
        "example。com",
        "ex_ämple.com",
        "a·b.example",
        "\u0640\u0627.example",
        "\u3031\u3042.example",
        // Two directions in one label, a mark without a letter, a lone surrogate
        "אבa.example",
        "\u0301a.example",
        "\ud800.example",
        // Invalid A-labels
        "xn--.example",
        "xn--a.example",
        "xn--bcher-kva\u00e9.example",
        "ab--ü.example",
      })
  void refusesNamesThatAreInvalidInIdna2008(String name) {
    assertThat(DomainName.toAscii(name)).isEmpty();
  }

  @Test
  void checksTheLengthFirst() {
    assertThat(DomainName.toAscii("ü".repeat(254))).isEmpty();
    assertThat(DomainName.toAscii("a.".repeat(126) + "a")).isPresent();
    assertThat(DomainName.toAscii("a.".repeat(127))).isEmpty();
    assertThat(DomainName.toAscii("ü".repeat(63) + ".example")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "localhost",
        "example.",
        ".example.com",
        "a..com",
        "-a.com",
        "a-.com",
        "a_b.com",
        "example.c",
        "example.1a",
        "127.0.0.1",
        "Example.com",
        "bücher.example"
      })
  void isNotValidAsAnInternetHostName(String ascii) {
    assertThat(DomainName.isValid(ascii)).isFalse();
  }
}
