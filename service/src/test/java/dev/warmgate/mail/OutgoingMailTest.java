package dev.warmgate.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the bytes of a mail, whatever users have chosen of it. */
final class OutgoingMailTest {
  private static final UUID ID = UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8057");
  private static final Instant NOW = Instant.parse("2026-11-29T01:02:03Z");

  private static MimeMessage sent(RenderedMail content, String from) throws Exception {
    OutgoingMail mail =
        new OutgoingMail(
            ID, NOW, MailAddress.parse(from), MailAddress.parse("ada@example.com"), content);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mail.message(Session.getInstance(new Properties())).writeTo(bytes);
    return new MimeMessage(
        Session.getInstance(new Properties()), new ByteArrayInputStream(bytes.toByteArray()));
  }

  @Test
  void hasTheIdOfTheOutboxAndAsksForNoAnswers() throws Exception {
    MimeMessage mail =
        sent(new RenderedMail("de", "Grüße", "Hallo\nWelt", "<p>Größe</p>"), "Ex <a@example.org>");

    assertThat(mail.getMessageID()).isEqualTo("<" + ID + "@example.org>");
    assertThat(mail.getSentDate().toInstant()).isEqualTo(NOW);
    assertThat(mail.getSubject()).isEqualTo("Grüße");
    assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
    assertThat(mail.getHeader("Content-Language")).containsExactly("de");
    assertThat(mail.getHeader("From")).containsExactly("Ex <a@example.org>");
    assertThat(mail.getHeader("To")).containsExactly("ada@example.com");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Hi\r\nBcc: eve@example.com",
        "Hi\nBcc: eve@example.com",
        "Hi\rBcc: eve@example.com",
        "Hi\r\n\r\n<html>",
        "Hi\u0085Bcc: eve@example.com",
        "Hi\u2028Bcc: eve@example.com",
        "Hi\u0000\u000b\u000cBcc: eve@example.com",
        "=?UTF-8?Q?Hi=0D=0ABcc:_eve@example.com?=",
      })
  void hasNoHeaderThatAUserChose(String subject) throws Exception {
    MimeMessage mail =
        sent(new RenderedMail("en", subject, "text", "<p>"), "\"A, B\" <a@example.org>");

    assertThat(Collections.list(mail.getAllHeaders()).stream().map(jakarta.mail.Header::getName))
        .containsExactlyInAnyOrderElementsOf(
            List.of(
                "Date",
                "From",
                "To",
                "Message-ID",
                "Subject",
                "MIME-Version",
                "Content-Type",
                "Content-Language",
                "Auto-Submitted",
                "X-Auto-Response-Suppress"));
    assertThat(mail.getAllRecipients()).hasSize(1);
  }

  @Test
  void keepsEveryLineShortEnoughForEveryServer() throws Exception {
    OutgoingMail mail =
        new OutgoingMail(
            ID,
            NOW,
            MailAddress.parse("a@example.org"),
            MailAddress.parse("ada@example.com"),
            new RenderedMail("en", "ü".repeat(300), "x".repeat(5000) + "\n.\n", "<p>"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mail.message(Session.getInstance(new Properties())).writeTo(bytes);

    assertThat(bytes.toString(UTF_8).lines()).allMatch(line -> line.length() <= 998);
    assertThat(bytes.toString(UTF_8)).isASCII();
  }
}
