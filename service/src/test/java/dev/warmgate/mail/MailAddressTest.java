package dev.warmgate.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MailAddressTest {
  @ParameterizedTest
  @CsvSource({
    "ada@example.com, , ada@example.com",
    "'  Ada@Example.COM ', , Ada@example.com",
    "Example <no-reply@example.com>, Example, no-reply@example.com",
    "'\"Example, Inc.\" <no-reply@example.com>', 'Example, Inc.', no-reply@example.com",
    "<no-reply@example.com>, , no-reply@example.com",
    "Bücher <a@bücher.example>, Bücher, a@xn--bcher-kva.example",
    "josé@example.com, , josé@example.com",
  })
  void parsesAnAddress(String text, String name, String address) {
    MailAddress parsed = MailAddress.parse(text);

    assertThat(parsed.name()).isEqualTo(name);
    assertThat(parsed.address()).isEqualTo(address);
    assertThat(parsed.toString()).doesNotContain("example");
  }

  /** Everything that could add a header, a recipient or an SMTP command. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@localhost",
        "ada@example.com\r\nBcc: eve@example.com",
        "ada@example.com\nBcc: eve@example.com",
        "ada\r\nRCPT TO:<eve@example.com>@example.com",
        "ada\u0000@example.com",
        "ada\u0085@example.com",
        "ada\u2028@example.com",
        "ada@exam\u000bple.com",
        "ada@example.com,eve@example.com",
        "ada@example.com;eve@example.com",
        "ada@example.com> NOTIFY=NEVER",
        "<ada@example.com> SIZE=1",
        "ada@example.com (comment)",
        "\"ada eve\"@example.com",
        "ada eve@example.com",
        "@relay.example.com:ada@example.com",
        "ada@[127.0.0.1]",
        "ada@127.0.0.1",
        "Eve\r\nBcc: eve@example.com <ada@example.com>",
        "Eve\nX <ada@example.com>",
        "Eve <eve@example.com> <ada@example.com>",
        "Eve <ada@example.com>, Bob <bob@example.com>",
        "ada@-example.com",
        "ada@example..com",
      })
  void refusesWhatIsMoreOrLessThanAnAddress(String text) {
    assertThatThrownBy(() -> MailAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("must look like no-reply@example.com");
  }

  @ParameterizedTest
  @CsvSource({
    "a@example.com, true",
    "a@mail.Example.org, true",
    "a@warmup.invalid, true",
    "a@x.test, true",
    "a@x.example, true",
    "a@x.localhost, true",
    "a@example.dev, false",
    "a@myexample.com, false",
    "a@test.dev, false",
  })
  void knowsReservedDomains(String address, boolean reserved) {
    assertThat(MailAddress.parse(address).isReserved()).isEqualTo(reserved);
  }

  @ParameterizedTest
  @CsvSource({"ada@example.com, true", "josé@example.com, false", "a@bücher.example, true"})
  void knowsWhichAddressesEveryServerTakes(String address, boolean ascii) {
    assertThat(MailAddress.parse(address).isAscii()).isEqualTo(ascii);
  }
}
