package dev.warmgate.loadtest.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.stack.MailReceiver;
import dev.warmgate.loadtest.stack.Ports;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.testkit.TestStack;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Queues 10,000 mails while the mail server is down for a minute, and kills the service twice while
 * it sends them: none may be lost, and few may arrive twice.
 */
@Tag("full")
final class MailKillIT {
  private static final int MAILS = 10_000;
  private static final int MOST_TWICE = MAILS / 100;
  private static final Duration OUTAGE = Duration.ofMinutes(1);
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @TempDir private Path directory;

  @Test
  void losesNoMailAndRepeatsFew() throws Exception {
    int port = Ports.claim();
    Map<String, String> environment =
        Map.of(
            "AGENT", "off",
            "WARMUP_HTTP", "off",
            "SMTP_URL", "smtp://127.0.0.1:" + port,
            "MAIL_FROM", "no-reply@example.org");
    try (Stack stack = TestStack.start(directory, environment)) {
      stack
          .database()
          .change(
              "INSERT INTO mail (kind, address)"
                  + " SELECT 'password-changed', 'ada@example.com' FROM generate_series(1, %d)"
                      .formatted(MAILS));
      TimeUnit.MILLISECONDS.sleep(OUTAGE.toMillis());
      assertThat(ended(stack)).isZero();

      try (MailReceiver receiver = MailReceiver.start(port)) {
        for (int killedAt : new int[] {MAILS / 5, MAILS * 3 / 5}) {
          TestStack.await(LIMIT, () -> receiver.arrived() >= killedAt);
          Kill.service(stack.service());
          stack.restartService();
          stack.service().awaitReady();
        }
        TestStack.await(LIMIT, () -> ended(stack) == MAILS);
        System.out.printf(
            "%d mails arrived, %d of them twice%n", receiver.arrived(), receiver.repeated());
        assertThat(receiver.arrived()).isEqualTo(MAILS);
        assertThat(receiver.repeated()).isLessThanOrEqualTo(MOST_TWICE);
      }
      assertThat(stack.database().number("SELECT count(*) FROM mail WHERE sent_at IS NOT NULL"))
          .isEqualTo(MAILS);
    }
  }

  private static long ended(Stack stack) {
    try {
      return stack.database().number("SELECT count(*) FROM mail WHERE next_attempt_at IS NULL");
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
