package dev.warmgate.loadtest.stack;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that a developer finds each mail, and its link and code in the terminal. */
final class LocalMailIT {
  private static final String LINK = "http://127.0.0.1:8080/account/link/reset?token=a-b_c";

  private final List<String> lines = new CopyOnWriteArrayList<>();

  @TempDir private Path directory;

  @Test
  void keepsEachMailAndPrintsItsLinkAndCode() throws Exception {
    try (LocalMail mail = LocalMail.start(directory.resolve("mail"), lines::add)) {
      send(
          mail.port(),
          "Set a new password",
          "Please:\n" + LINK + "\n\nOr enter this code: 012345\n");
      send(mail.port(), "Ihr Konto wurde gelöscht", "Ihr Konto wurde gelöscht.\n");
    }

    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst())
        .startsWith(
            "Mail to ada@example.com: Set a new password  link " + LINK + "  code 012345  (");
    assertThat(lines.getLast())
        .startsWith("Mail to ada@example.com: Ihr Konto wurde gelöscht  (")
        .doesNotContain(" link ", " code ");
    try (Stream<Path> kept = Files.list(directory.resolve("mail"))) {
      assertThat(kept.map(file -> file.getFileName().toString()).sorted().toList())
          .hasSize(2)
          .allMatch(name -> name.matches("\\d{8}-\\d{6}-00[12]-[a-z-]+\\.eml"));
    }
  }

  private static void send(int port, String subject, String text) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("mail.smtp.host", "127.0.0.1");
    properties.setProperty("mail.smtp.port", Integer.toString(port));
    MimeMessage message = new MimeMessage(Session.getInstance(properties));
    message.setFrom(new InternetAddress("no-reply@warmgate.test"));
    message.setRecipient(Message.RecipientType.TO, new InternetAddress("ada@example.com"));
    message.setSubject(subject, "UTF-8");
    MimeBodyPart plain = new MimeBodyPart();
    plain.setText(text, "UTF-8");
    message.setContent(new MimeMultipart("alternative", plain));
    Transport.send(message);
  }
}
