package dev.warmgate.webhook;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.WebhookAdmin;
import dev.warmgate.testkit.WebhookReceiver;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that a stop of the service is no failure of the receivers that it was calling. */
@Tag("full")
final class WebhookStopIT {
  private static final String DELIVERIES =
      "SELECT count(*), max(attempts), bool_and(next_attempt_at <= now()), max(last_error)"
          + " FROM webhook_delivery";

  @Test
  void aStopIsNoFailedAttempt() throws Exception {
    String database = Dependencies.newDatabaseUrl();
    RunningService service =
        new RunningService()
            .with("database.url", database)
            .with("webhooks.allow", "127.0.0.0/8")
            .with("webhooks.attempts", "1");
    CountDownLatch stopped = new CountDownLatch(1);
    service.start();
    try (WebhookReceiver receiver = new WebhookReceiver()) {
      receiver.answer(
          "/slow",
          () -> {
            stopped.await();
            return 200;
          });
      new WebhookAdmin(service, receiver).create("/slow", "user.registered");
      service.api().register(newEmail());
      service.api().register(newEmail());
      Eventually.within(Duration.ofSeconds(20), () -> receiver.at("/slow").size() == 2);
      service.stop();
      stopped.countDown();
    }

    try (Connection connection = Dependencies.asSuperuser(database);
        ResultSet deliveries = connection.createStatement().executeQuery(DELIVERIES)) {
      deliveries.next();
      assertThat(deliveries.getInt(1)).isEqualTo(2);
      assertThat(deliveries.getInt(2)).as("attempts").isZero();
      assertThat(deliveries.getBoolean(3)).as("due for another replica").isTrue();
      assertThat(deliveries.getString(4)).as("error").isNull();
    }
  }
}
