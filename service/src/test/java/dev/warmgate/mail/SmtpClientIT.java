package dev.warmgate.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.outbound.Certificates;
import dev.warmgate.testkit.ScriptedSmtp;
import io.dropwizard.util.Duration;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Talks to a mail server that can do everything but what is expected of it. */
final class SmtpClientIT {
  private static final long SECOND = 1_000_000_000;

  @TempDir static Path certificates;

  private final ScriptedSmtp server = new ScriptedSmtp();

  @AfterEach
  void stop() {
    server.close();
  }

  private static MailConfiguration limits(long millis) {
    return new MailConfiguration(
        null,
        null,
        null,
        null,
        null,
        Duration.milliseconds(millis),
        Duration.milliseconds(millis),
        Duration.milliseconds(3 * millis),
        null,
        null,
        null,
        null,
        null);
  }

  private static SmtpClient client(String url, SSLContext trusted) {
    return client(url, trusted, limits(500));
  }

  private static SmtpClient client(String url, SSLContext trusted, MailConfiguration limits) {
    return new SmtpClient(SmtpUrl.parse(url), limits, "auth.example.com", () -> trusted);
  }

  private static OutgoingMail mail(String to) {
    return new OutgoingMail(
        UUID.randomUUID(),
        Instant.now(),
        MailAddress.parse("no-reply@example.org"),
        MailAddress.parse(to),
        new RenderedMail("en", "Subject", "text\n.\nend", "<p>text</p>"));
  }

  private SmtpReply sendPlain() {
    try (SmtpClient client = client(server.url(), null)) {
      return client.send(mail("ada@example.com"));
    }
  }

  @Test
  void sendsManyMailsOverOneConnection() {
    server.start();
    try (SmtpClient client = client(server.url(), null)) {
      for (int i = 0; i < 5; i++) {
        SmtpReply reply = client.send(mail("ada@example.com"));
        assertThat(reply)
            .isEqualTo(new SmtpReply(SmtpReply.Result.SENT, "250 2.0.0", "250 2.0.0 taken", false));
      }
      assertThat(client.state()).isEqualTo(SmtpClient.State.UP);
    }
    assertThat(server.mails())
        .hasSize(5)
        .allMatch(text -> text.contains("\r\nTo: ada@example.com\r\n"));
    assertThat(server.commands().stream().filter(line -> line.startsWith("EHLO")))
        .containsExactly("EHLO auth.example.com");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CONNECT | 554 go away | UNREACHABLE | connection broken",
        "CONNECT | 421 busy | UNREACHABLE | connection broken",
        "MAIL | 530 5.7.0 log in first | UNREACHABLE | 530 5.7.0",
        "MAIL | 452 4.3.1 disk full | UNREACHABLE | 452 4.3.1",
        "RCPT | 550 5.1.1 <ada@example.com> unknown | REFUSED | 550 5.1.1",
        "RCPT | 550 5.7.1 relaying denied | REFUSED | 550 5.7.1",
        "RCPT | 553 no | REFUSED | 553",
        "RCPT | 550 <ADA@example.com> is no user here | REFUSED | 550",
        "RCPT | 550 mail from 192.0.2.7 is refused | REFUSED | 550",
        "RCPT | 554 <ada@example.com>: looks like spam | REFUSED | 554",
        "RCPT | 550 5.1.8 <no-reply@example.org>: bad sender | REFUSED | 550 5.1.8",
        "RCPT | 556 5.1.10 the domain takes no mail | REFUSED | 556 5.1.10",
        "RCPT | 450 4.2.0 greylisted | DEFERRED | 450 4.2.0",
        "RCPT | 421 4.3.2 closing | DEFERRED | 421 4.3.2",
        "DATA | 554 5.5.1 no | REFUSED | 554 5.5.1",
        "DATA | 451 4.3.0 later | DEFERRED | 451 4.3.0",
        ". | 552 5.3.4 too large | REFUSED | 552 5.3.4",
        ". | 451 4.7.1 later | DEFERRED | 451 4.7.1",
        ". | hang up | DEFERRED | connection broken",
        "RCPT | hang up | DEFERRED | connection broken",
        "CONNECT | hang up | UNREACHABLE | connection broken",
      })
  void tellsWhatBecomesOfTheMail(
      String command, String answer, SmtpReply.Result result, String summary) {
    server.answer(line -> line.startsWith(command) ? answer : null).start();

    SmtpReply reply = sendPlain();

    assertThat(reply.result()).isEqualTo(result);
    assertThat(reply.summary()).isEqualTo(summary);
    assertThat(reply.saysUndeliverable())
        .isEqualTo(
            answer.startsWith("550 5.1.1 ")
                || answer.startsWith("556 5.1.10 ")
                || answer.startsWith("550 <ADA@"));
    assertThat(server.mails()).isEmpty();
  }

  @Test
  void isBoundedWhereverTheServerFallsSilent() {
    for (String command : List.of("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", ".")) {
      try (ScriptedSmtp silent = new ScriptedSmtp()) {
        silent.answer(line -> line.startsWith(command) ? ScriptedSmtp.SILENCE : null).start();
        long begin = System.nanoTime();
        try (SmtpClient client = client(silent.url(), null)) {
          SmtpReply reply = client.send(mail("ada@example.com"));
          assertThat(reply.result()).as(command).isNotEqualTo(SmtpReply.Result.SENT);
          assertThat(reply.isAnswer()).as(command).isFalse();
          assertThat(client.state()).as(command).isEqualTo(SmtpClient.State.DOWN);
        }
        assertThat(System.nanoTime() - begin).as(command).isLessThan(5 * SECOND);
      }
    }
  }

  /** Each answer comes just in time, but the whole takes too long. */
  @Test
  void isBoundedIfTheServerIsSlow() {
    server
        .answer(_ -> {
          Thread.sleep(450);
          return null;
        })
        .start();
    long begin = System.nanoTime();

    SmtpReply reply = sendPlain();

    assertThat(reply.summary()).isEqualTo("no answer in time");
    assertThat(System.nanoTime() - begin).isBetween(SECOND, 4 * SECOND);
  }

  @Test
  void nobodyListens() {
    assertThat(sendPlain())
        .extracting(SmtpReply::result, SmtpReply::summary)
        .containsExactly(SmtpReply.Result.UNREACHABLE, "no connection");
    try (SmtpClient client =
        client("smtp://no-such-host.invalid", SmtpClient.publicCertificates())) {
      assertThat(client.send(mail("ada@example.com")).result())
          .isEqualTo(SmtpReply.Result.UNREACHABLE);
    }
  }

  @Test
  void logsInWithAnyCharacters() {
    server.offer("250-8BITMIME\r\n250 AUTH PLAIN").start();
    try (SmtpClient client =
        client(server.url().replace("//", "//u%40b:p%2Bq%20%C3%BC%25@"), null)) {
      assertThat(client.send(mail("ada@example.com")).result()).isEqualTo(SmtpReply.Result.SENT);
    }
    String login =
        server.commands().stream()
            .filter(line -> line.startsWith("AUTH PLAIN"))
            .findFirst()
            .orElseThrow();
    assertThat(
            new String(
                Base64.getDecoder().decode(login.substring(11)),
                java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("u@b\0u@b\0p+q ü%");
  }

  @Test
  void doesNotBlameAMailForARefusedLogin() {
    server
        .offer("250 AUTH PLAIN")
        .answer(line -> line.startsWith("AUTH") ? "535 5.7.8 bad credentials" : null)
        .start();
    try (SmtpClient client = client(server.url().replace("//", "//user:hunter2@"), null)) {
      SmtpReply reply = client.send(mail("ada@example.com"));
      assertThat(reply.result()).isEqualTo(SmtpReply.Result.UNREACHABLE);
      assertThat(reply.summary()).isEqualTo("login refused");
      assertThat(reply.text()).contains("535 5.7.8").doesNotContain("hunter2");
    }
  }

  @Test
  void sendsToLettersBeyondAsciiIfTheServerCan() {
    server.offer("250-8BITMIME\r\n250 SMTPUTF8").start();
    try (SmtpClient client = client(server.url(), null)) {
      assertThat(client.send(mail("josé@example.com")).result()).isEqualTo(SmtpReply.Result.SENT);
      assertThat(client.send(mail("ada@example.com")).result()).isEqualTo(SmtpReply.Result.SENT);
    }
    assertThat(server.commands().stream().filter(line -> line.startsWith("MAIL")).toList())
        .first()
        .asString()
        .contains("SMTPUTF8");
    assertThat(server.commands()).contains("RCPT TO:<josé@example.com>");
    server.offer("250 8BITMIME");
    try (SmtpClient client = client(server.url(), null)) {
      assertThat(client.send(mail("josé@example.com")))
          .extracting(SmtpReply::result)
          .isEqualTo(SmtpReply.Result.REFUSED);
    }
  }

  @Test
  void beginsTlsAndChecksTheCertificate() throws Exception {
    SSLContext localhost = Certificates.of(certificates, "localhost");
    server.offer("250 STARTTLS").withTls(localhost).start();
    String url = server.url().replace("127.0.0.1", "localhost") + "?starttls=required";
    // The first handshake of a process may take long.
    MailConfiguration patient = limits(10_000);

    try (SmtpClient client = client(url, localhost, patient)) {
      assertThat(client.send(mail("ada@example.com")).result()).isEqualTo(SmtpReply.Result.SENT);
    }
    try (SmtpClient client = client(url, SmtpClient.publicCertificates(), patient)) {
      assertThat(client.send(mail("ada@example.com")))
          .extracting(SmtpReply::result, SmtpReply::summary)
          .containsExactly(SmtpReply.Result.UNREACHABLE, "TLS failed");
    }
    SSLContext another = Certificates.of(certificates, "mail.example.net");
    server.withTls(another);
    try (SmtpClient client = client(url, another, patient)) {
      assertThat(client.send(mail("ada@example.com")).summary()).isEqualTo("TLS failed");
    }
    assertThat(server.mails()).hasSize(1);
  }

  @Test
  void sendsNothingWithoutTheTlsThatItNeeds() {
    server.start();
    String url = server.url().replace("smtp://", "smtp://user:hunter2@") + "?starttls=required";
    try (SmtpClient client = client(url, SmtpClient.publicCertificates())) {
      assertThat(client.send(mail("ada@example.com")))
          .extracting(SmtpReply::result, SmtpReply::summary)
          .containsExactly(SmtpReply.Result.UNREACHABLE, "no STARTTLS");
    }
    assertThat(server.commands())
        .noneMatch(line -> line.startsWith("AUTH") || line.startsWith("MAIL"));
  }
}
