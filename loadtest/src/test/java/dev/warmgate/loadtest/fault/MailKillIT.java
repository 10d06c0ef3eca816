package dev.warmgate.loadtest.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.user.MessageDeliveryHandler;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
  private static final int KEPT_IN_MEMORY = 200;
  private static final Duration OUTAGE = Duration.ofMinutes(1);
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final Set<String> arrived = ConcurrentHashMap.newKeySet();
  private final AtomicInteger received = new AtomicInteger();

  @TempDir private Path directory;

  @Test
  void losesNoMailAndRepeatsFew() throws Exception {
    int port = freePort();
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

      GreenMail server = start(port);
      try {
        for (int killedAt : new int[] {MAILS / 5, MAILS * 3 / 5}) {
          TestStack.await(LIMIT, () -> arrived.size() >= killedAt);
          Kill.service(stack.service());
          stack.restartService();
          stack.service().awaitReady();
        }
        TestStack.await(LIMIT, () -> ended(stack) == MAILS);
      } finally {
        server.stop();
      }
      assertThat(stack.database().number("SELECT count(*) FROM mail WHERE sent_at IS NOT NULL"))
          .isEqualTo(MAILS);
    }
    System.out.printf("%d mails arrived, %d of them twice%n", arrived.size(), twice());
    assertThat(arrived).hasSize(MAILS);
    assertThat(twice()).isLessThanOrEqualTo(MOST_TWICE);
  }

  private int twice() {
    return received.get() - arrived.size();
  }

  private GreenMail start(int port) {
    GreenMail server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.start();
    MessageDeliveryHandler mailboxes = server.getUserManager().getMessageDeliveryHandler();
    server
        .getUserManager()
        .setMessageDeliveryHandler((message, address) -> {
          arrived.add(message.getMessage().getMessageID());
          if (received.incrementAndGet() % KEPT_IN_MEMORY == 0) {
            purge(server);
          }
          return mailboxes.handle(message, address);
        });
    return server;
  }

  private static void purge(GreenMail server) {
    try {
      server.purgeEmailFromAllMailboxes();
    } catch (FolderException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static long ended(Stack stack) {
    try {
      return stack.database().number("SELECT count(*) FROM mail WHERE next_attempt_at IS NULL");
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
