package dev.warmgate.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.outbox.Outbox;
import dev.warmgate.outbox.RetrySchedule;
import io.opentelemetry.api.OpenTelemetry;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

final class MailWorkerTest {
  private static final MailDao.Claimed MAIL =
      new MailDao.Claimed(
          UUID.randomUUID(),
          1,
          "reset",
          null,
          "ada@example.net",
          null,
          "{}",
          null,
          null,
          null,
          Instant.EPOCH,
          false);

  private final List<String> recorded = new ArrayList<>();

  @Test
  void keepsAMailThatATemplateCannotRender() {
    deliver(new UnusableTemplate(new IllegalArgumentException("reset.txt:2: there is no {{x}}")));

    assertThat(recorded).containsExactly("release");
  }

  @Test
  void endsAMailThatNoTemplateCouldRender() {
    deliver(new IllegalArgumentException("unknown kind of mail"));

    assertThat(recorded).containsExactly("givenUp");
  }

  private void deliver(RuntimeException composing) {
    MailDao dao =
        (MailDao)
            Proxy.newProxyInstance(
                MailDao.class.getClassLoader(),
                new Class<?>[] {MailDao.class},
                (_, method, _) -> {
                  recorded.add(method.getName());
                  return 1;
                });
    try (SmtpClient client =
        new SmtpClient(
            SmtpUrl.parse("smtp://127.0.0.1:1"),
            MailConfiguration.defaults(),
            "localhost",
            SmtpClient::publicCertificates)) {
      new MailWorker(
              new Outbox<>(dao, new ReentrantLock()),
              _ -> {
                throw composing;
              },
              client,
              new RetrySchedule(Duration.ofSeconds(1), Duration.ofSeconds(1), 1),
              false,
              new MailMetrics(OpenTelemetry.noop()))
          .deliver(MAIL);
    }
  }
}
