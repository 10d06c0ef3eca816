package dev.warmgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.ScriptedSmtp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks what {@code mail test} says, without PostgreSQL. */
final class MailCommandIT {
  private final ScriptedSmtp server = new ScriptedSmtp();

  @TempDir private Path directory;

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void tellsWhatTheServerAnswered() throws Exception {
    server.start();
    assertThat(test("ada@example.com")).isEqualTo(new CommandRun(0, "Sent: 250 2.0.0 taken\n", ""));
    assertThat(server.mails())
        .singleElement()
        .asString()
        .contains("Subject: Test mail")
        .contains("To: ada@example.com");

    server.answer(line -> line.startsWith("RCPT") ? "550 5.7.1 relaying denied" : null);
    assertThat(test("ada@example.com"))
        .isEqualTo(new CommandRun(1, "", "Not sent: 550 5.7.1 relaying denied\n"));

    server.stop();
    CommandRun away = test("ada@example.com");
    assertThat(away.status()).isEqualTo(1);
    assertThat(away.err()).startsWith("Not sent: no connection").hasLineCount(1);
  }

  @Test
  void refusesWhatIsNoAddress() throws Exception {
    CommandRun run = test("ada");

    assertThat(run.status()).isEqualTo(64);
    assertThat(run.err())
        .isEqualTo(
            "ADDRESS must look like no-reply@example.com or Example <no-reply@example.com>\n");
  }

  @Test
  void saysThatThereIsNoMailServer() throws Exception {
    String configuration = CommandConfiguration.in(directory, "postgres://u:p@127.0.0.1:1/x");

    assertThat(CommandRun.mail("mail", "--config", configuration, "test", "ada@example.com"))
        .isEqualTo(new CommandRun(1, "", "There is no mail server: set SMTP_URL.\n"));
  }

  private CommandRun test(String address) throws IOException {
    Path configuration =
        Path.of(CommandConfiguration.in(directory, "postgres://u:p@127.0.0.1:1/x"));
    String text =
        Files.readString(configuration)
            .replaceFirst(
                "(?m)^mail:$", "mail:\n  url: " + server.url() + "\n  from: no-reply@example.org")
            .replaceFirst("(?m)^  url: \n", "")
            .replaceFirst("(?m)^  from: \n", "");
    Files.writeString(configuration, text);
    return CommandRun.mail("mail", "--config", configuration.toString(), "test", address);
  }
}
