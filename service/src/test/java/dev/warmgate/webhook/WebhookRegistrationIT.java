package dev.warmgate.webhook;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static dev.warmgate.testkit.Problems.assertProblem;
import static dev.warmgate.testkit.WebhookAdmin.WEBHOOKS;
import static dev.warmgate.testkit.WebhookAdmin.webhook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.WebhookAdmin;
import dev.warmgate.testkit.WebhookReceiver;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests who can register webhooks, which URLs and events are valid and how many are allowed. */
final class WebhookRegistrationIT {
  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("webhooks.allow", "127.0.0.0/8")
          .with("webhooks.interval", "100ms")
          .with("housekeeping.interval", "200ms");

  private static WebhookReceiver receiver;
  private static WebhookAdmin admin;

  private final ApiClient api = SERVICE.api();
  private final String path = "/" + UUID.randomUUID();

  @BeforeAll
  static void start() throws Exception {
    receiver = new WebhookReceiver();
    admin = new WebhookAdmin(SERVICE, receiver);
  }

  @AfterAll
  static void stop() {
    receiver.close();
  }

  @AfterEach
  void removeWebhooks() {
    admin.removeWebhooks();
  }

  @Test
  @Tag("quick")
  void areForAdminsOnly() {
    String user = api.register(newEmail()).text("access_token");

    assertProblem(api.get(WEBHOOKS, user), 403, "forbidden", WEBHOOKS);
    assertProblem(api.get(WEBHOOKS), 401, "missing_token", WEBHOOKS);
    assertThat(api.post(WEBHOOKS, user, webhook(receiver.url(path))).status()).isEqualTo(403);
  }

  @Test
  @Tag("quick")
  void showTheirSecretOnlyOnce() {
    Answer created = admin.create(path, "session.started");
    String id = created.text("webhook_id");
    String secret = created.text("secret");

    assertThat(created.status()).isEqualTo(201);
    assertThat(secret).startsWith("whsec_");
    Answer shown = api.get(WEBHOOKS + "/" + id, admin.token());
    assertThat(shown.text("url")).isEqualTo(receiver.url(path));
    assertThat(shown.body().path("events")).hasSize(1);
    assertThat(shown.body().has("secret")).isFalse();
    assertThat(
            api.get(WEBHOOKS, admin.token()).body().path("webhooks").findValuesAsText("webhook_id"))
        .contains(id);
    assertThat(api.get(WEBHOOKS, admin.token()).body().toString()).doesNotContain("whsec_");
    assertThat(
            SERVICE.value(
                "SELECT position(decode(?, 'base64') IN encrypted_secret) FROM webhook WHERE id = ?",
                secret.substring("whsec_".length()),
                UUID.fromString(id)))
        .isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com/",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/",
        "https://10.0.0.1/",
        "http://128.0.0.1/",
        "https://user@example.com/",
        "https://example.com:22/",
        "file:///etc/passwd",
        "",
      })
  void refuseUrlsThatThePolicyForbids(String url) {
    Answer refused = api.post(WEBHOOKS, admin.token(), webhook(url));

    assertProblem(refused, 422, "outbound_url_refused", WEBHOOKS);
    assertThat(refused.body().at("/errors/0/field").asText()).isEqualTo("url");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"url\":7}",
        "{\"url\":\"https://example.com\",\"events\":[]}",
        "{\"url\":\"https://example.com\",\"events\":[\"password.stolen\"]}",
        "{\"url\":\"https://example.com\",\"events\":[null]}",
        "{\"url\":\"https://example.com\",\"secret\":\"mine\"}",
      })
  void refuseInvalidRegistrations(String body) {
    Answer refused = api.send(api.request("POST", WEBHOOKS, admin.token(), body));

    assertProblem(refused, 422, "validation_failed", WEBHOOKS);
  }

  @Test
  void refuseADuplicateUrlField() {
    String body = "{\"url\":\"https://example.com\",\"url\":\"http://10.0.0.1\"}";

    assertProblem(
        api.send(api.request("POST", WEBHOOKS, admin.token(), body)),
        400,
        "malformed_json",
        WEBHOOKS);
  }

  @Test
  void areRecordedInTheAuditTrail() {
    String id = admin.create(path).text("webhook_id");
    api.delete(WEBHOOKS + "/" + id, admin.token(), null);

    assertThat(events("webhook.created", id)).isEqualTo("1");
    assertThat(events("webhook.deleted", id)).isEqualTo("1");
    assertThat(SERVICE.value("SELECT count(*) FROM audit_event WHERE details::text LIKE '%whsec%'"))
        .isEqualTo("0");
  }

  @Test
  void areLimitedTo32() {
    for (int i = 0; i < 32; i++) {
      admin.create(path + i, "login.blocked");
    }
    Answer refused = api.post(WEBHOOKS, admin.token(), webhook(receiver.url(path)));

    assertProblem(refused, 409, "too_many_webhooks", WEBHOOKS);
  }

  @Test
  void deleteOldDeliveries() throws Exception {
    String id = admin.create(path, "user.registered").text("webhook_id");
    // One transaction, since housekeeping drops an old partition that is empty.
    try (Connection test = SERVICE.connection();
        Statement statement = test.createStatement()) {
      test.setAutoCommit(false);
      statement.execute("SELECT make_partitions_around(now() - INTERVAL '12 days')");
      statement.execute(
          "INSERT INTO webhook_delivery"
              + " (webhook_id, event_id, occurred_at, next_attempt_at, delivered_at)"
              + " SELECT id, n, now() - n * INTERVAL '12 days', NULL, now() - n * INTERVAL '12 days'"
              + " FROM webhook, generate_series(0, 1) AS n WHERE id = '"
              + id
              + "'");
      test.commit();
    }

    Eventually.within(Duration.ofSeconds(30), () -> deliveries(id).equals("0"));
  }

  private static String deliveries(String id) {
    return SERVICE.value(
        "SELECT string_agg(event_id::text, ' ') FROM webhook_delivery WHERE webhook_id = ?::uuid",
        id);
  }

  private static String events(String event, String id) {
    return SERVICE.value(
        "SELECT count(*) FROM audit_event WHERE event = ? AND details->>'webhook_id' = ?",
        event,
        id);
  }
}
