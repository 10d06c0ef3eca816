package dev.warmgate.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SmtpUrlTest {
  @ParameterizedTest
  @CsvSource({
    "smtps://u:p@mail.example.net:465, mail.example.net, 465, u, p, TLS",
    "smtps://u:p@mail.example.net, mail.example.net, 465, u, p, TLS",
    "smtp://u:p@mail.example.net, mail.example.net, 587, u, p, STARTTLS",
    "smtp://mail.example.net:25/, mail.example.net, 25, , , STARTTLS",
    "smtp://mail.example.net:25?starttls=required, mail.example.net, 25, , , STARTTLS",
    "smtp://mailpit:1025?starttls=off, mailpit, 1025, , , NONE",
    "smtp://127.0.0.1:1025, 127.0.0.1, 1025, , , NONE",
    "smtp://localhost:1025?starttls=required, localhost, 1025, , , STARTTLS",
    "smtps://u:p@[2001:db8::1]:465, 2001:db8::1, 465, u, p, TLS",
    "'  smtps://a%40b:p%2Fq%3A%25+x%23@mail ', mail, 465, a@b, p/q:%+x#, TLS",
    "smtps://u:a?b#c@mail, mail, 465, u, a?b#c, TLS",
  })
  void parsesTheUrlsThatProvidersGive(
      String text, String host, int port, String user, String password, SmtpUrl.Security security) {
    assertThat(SmtpUrl.parse(text)).isEqualTo(new SmtpUrl(host, port, user, password, security));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hunter2",
        "http://u:hunter2@mail",
        "smtps://u:p@hunter2@mail",
        "smtps://u:hunter2/x@mail",
        "smtps://u:hunter2%zz@mail",
        "smtps://u:hunter2%0d%0aQUIT@mail",
        "smtps://u:hunter2%00@mail",
        "smtps://hunter2@mail",
        "smtps://u:@hunter2",
        "smtps://:hunter2@mail",
        "smtps://u:p@hunter2 mail",
        "smtps://u:p@mail:hunter2",
        "smtps://u:p@mail/hunter2",
        "smtps://u:p@mail#hunter2",
        "smtps://u:p@",
      })
  void refusesOtherUrlsWithoutRepeatingThem(String text) {
    assertThatThrownBy(() -> SmtpUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .startsWith("must look like smtps://")
        .contains("percent-encoded")
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "99999999999"})
  void refusesAPortOutOfRange(String port) {
    assertThatThrownBy(() -> SmtpUrl.parse("smtps://u:hunter2@mail:" + port))
        .hasMessage("must have a port from 1 to 65535");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "smtp://mail?hunter2",
        "smtp://mail?tls=hunter2",
        "smtp://mail?starttls=hunter2",
        "smtp://mail?starttls=off&a=hunter2",
        "smtps://mail?starttls=off",
        "smtps://mail?starttls=required",
      })
  void refusesParametersThatWouldHaveNoEffect(String text) {
    assertThatThrownBy(() -> SmtpUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .startsWith("may have no parameter but starttls")
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @CsvSource({
    "smtps://mail, true",
    "smtp://mail, true",
    "smtp://mail?starttls=off, false",
    "smtp://127.0.0.1, true",
    "smtp://localhost?starttls=off, true",
    "smtp://[::1]:25, true",
  })
  void knowsWhetherTheConnectionIsProtected(String text, boolean isProtected) {
    assertThat(SmtpUrl.parse(text).isProtected()).isEqualTo(isProtected);
  }

  @Test
  void showsNeitherUserNorPassword() {
    assertThat(SmtpUrl.parse("smtps://hunter1:hunter2@mail:2525")).hasToString("smtps://mail:2525");
    assertThat(SmtpUrl.parse("smtp://[::1]:25")).hasToString("smtp://[::1]:25");
  }
}
