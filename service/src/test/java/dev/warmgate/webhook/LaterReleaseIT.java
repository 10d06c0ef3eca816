package dev.warmgate.webhook;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SecondFactor;
import dev.warmgate.testkit.WebhookAdmin;
import dev.warmgate.testkit.WebhookReceiver;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Runs beside a later release on one database, and the release before on this one's: webhooks are
 * told of events that this release does not know, and a release that knows no second factors opens
 * no session without them.
 */
final class LaterReleaseIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String LATER = "badge.earned";

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("database.url", Dependencies.newDatabaseUrl())
          .with("webhooks.allow", "127.0.0.0/8");

  private static WebhookReceiver receiver;
  private static WebhookAdmin admin;

  private final ApiClient api = SERVICE.api();

  @BeforeAll
  static void start() throws Exception {
    receiver = new WebhookReceiver();
    admin = new WebhookAdmin(SERVICE, receiver);
  }

  @AfterAll
  static void stop() {
    receiver.close();
  }

  @Test
  void itsEventsAreToldAsThisReleasesAre() throws Exception {
    assertThat(SERVICE.value("SELECT string_agg(name, ' ') FROM webhook_kind").split(" ", -1))
        .as("a migration adds each kind of event to webhook_kind")
        .containsExactlyInAnyOrder(WebhookEvent.names(WebhookEvent.all()).split(" ", -1));

    String all = "/" + UUID.randomUUID();
    String id = admin.create(all).text("webhook_id");
    SERVICE.sql("INSERT INTO webhook_kind VALUES (?)", LATER);
    SERVICE.sql(
        "INSERT INTO audit_event (event, actor) VALUES (?, 'system'), ('unheard.of', 'system')",
        LATER);
    Eventually.within(SOON, () -> !receiver.at(all).isEmpty());
    assertThat(receiver.at(all)).extracting(WebhookReceiver.Received::type).containsExactly(LATER);

    SERVICE.sql(
        "UPDATE webhook SET events = ARRAY[?, 'key.rotated'] WHERE id = ?",
        LATER,
        UUID.fromString(id));
    JsonNode events = admin.get(id).body().path("events");
    assertThat(events).hasSize(1).first().extracting(JsonNode::asText).isEqualTo("key.rotated");
  }

  @Test
  void theOneBeforeOpensNoSessionForThePasswordAloneOfAnAccountWithAFactor() throws Exception {
    String email = newEmail();
    api.register(email);
    openAsTheReleaseBefore(email);

    SecondFactor app = SecondFactor.enrol(api, api.login(email, PASSWORD).text("access_token"));

    assertThatThrownBy(() -> openAsTheReleaseBefore(email))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("second factor")
        .extracting(failed -> ((SQLException) failed).getSQLState())
        .as("answered with 503")
        .isEqualTo("53000");
    assertThat(app.login(api, email, PASSWORD).status()).isEqualTo(200);
  }

  private static void openAsTheReleaseBefore(String email) throws SQLException {
    try (Connection connection = SERVICE.connection();
        var open =
            connection.prepareStatement(
                "INSERT INTO session (id, account_id, secret_hash, idle_expires_at, expires_at)"
                    + " SELECT gen_random_uuid(), id, '', now(), now() FROM account WHERE email = ?")) {
      open.setString(1, email);
      assertThat(open.executeUpdate()).isOne();
    }
  }
}
