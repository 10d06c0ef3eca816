package dev.warmgate.webhook;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static dev.warmgate.testkit.Problems.assertProblem;
import static dev.warmgate.testkit.WebhookAdmin.WEBHOOKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.exceptions.WebhookVerificationException;
import dev.warmgate.outbound.OutboundUrlPolicy;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.OtherProcess;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.Secrets;
import dev.warmgate.testkit.WebhookAdmin;
import dev.warmgate.testkit.WebhookReceiver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests changes of a webhook that is in use: of its secret, its URL and its events. */
final class WebhookChangesIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("webhooks.allow", "127.0.0.0/8")
          .with("webhooks.interval", "100ms")
          .with("webhooks.backoff", "50ms")
          .with("webhooks.max_backoff", "100ms")
          .with("webhooks.attempts", "50")
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
  void bothSecretsSignForADayAfterARotation() throws Exception {
    Answer created = admin.create(path, "user.registered");
    String id = created.text("webhook_id");
    Answer rotated = rotate(id);
    assertThat(rotated.status()).as(rotated.body().toString()).isEqualTo(200);
    assertThat(rotated.text("secret")).startsWith("whsec_").isNotEqualTo(created.text("secret"));
    assertThat(Duration.between(Instant.now(), until(rotated))).isBetween(hours(23), hours(24));
    assertThat(admin.get(id).text("previous_secret_until"))
        .isEqualTo(rotated.text("previous_secret_until"));
    assertThat(admin.get(id).body().toString()).doesNotContain("whsec_");

    WebhookReceiver.Received during = nextMessage(0);
    assertThat(during.headers().get("webhook-signature").getFirst()).matches("v1,\\S+ v1,\\S+");
    for (String secret : List.of(created.text("secret"), rotated.text("secret"))) {
      assertThatCode(() -> during.verify(secret)).doesNotThrowAnyException();
    }

    SERVICE.sql("UPDATE webhook SET previous_until = now() WHERE id = ?::uuid", id);
    WebhookReceiver.Received after = nextMessage(1);
    after.verify(rotated.text("secret"));
    assertThatThrownBy(() -> after.verify(created.text("secret")))
        .isInstanceOf(WebhookVerificationException.class);
    Eventually.within(
        SOON,
        () ->
            SERVICE
                .value("SELECT previous_secret IS NULL FROM webhook WHERE id = ?::uuid", id)
                .equals("t"));
    assertThat(admin.get(id).body().has("previous_secret_until")).isFalse();
    assertThat(events(id)).isEqualTo("webhook.created webhook.secret_rotated");
  }

  /** As {@code keys reencrypt} does, after which the old encryption key can be dropped. */
  @Test
  void bothSecretsAreEncryptedAgain() throws Exception {
    Answer created = admin.create(path, "user.registered");
    String rotated = rotate(created.text("webhook_id")).text("secret");
    SecretKeys keys = new SecretKeys(Secrets.of("k2") + "," + RunningService.KEY);
    try (OtherProcess operator = new OtherProcess(SERVICE.databaseUrl())) {
      WebhookService service =
          Webhooks.service(operator.foundation(), keys, new OutboundUrlPolicy(List.of()));
      assertThat(service.reencrypt()).isEqualTo(2);
      assertThat(service.reencrypt()).isZero();
      WebhookSecrets opened = new WebhookSecrets(keys);
      WebhookSecretDao stored = operator.foundation().database().dao(WebhookSecretDao.class);
      assertThat(stored.sealedWithOlderThan("k1"))
          .extracting(sealed -> opened.open(sealed.id(), sealed.encryptedSecret(), "k2").shown())
          .containsExactly(rotated);
      assertThat(stored.previousSealedWithOlderThan("k1"))
          .extracting(sealed -> opened.open(sealed.id(), sealed.encryptedSecret(), "k2").shown())
          .containsExactly(created.text("secret"));
    }
  }

  @Test
  void aSecondRotationWaitsUntilTheFirstSecretHasEnded() throws Exception {
    Answer created = admin.create(path, "user.registered");
    String id = created.text("webhook_id");
    Answer rotated = rotate(id);
    Answer refused = rotate(id);

    assertProblem(refused, 409, "secret_rotated", WEBHOOKS + "/" + id + "/rotate-secret");
    assertThat(refused.text("detail"))
        .contains(rotated.text("previous_secret_until"), "?replace=true");
    assertThat(Duration.ofSeconds(Long.parseLong(refused.header("Retry-After"))))
        .isBetween(hours(23), hours(24));
    WebhookReceiver.Received message = nextMessage(0);
    message.verify(created.text("secret"));
    message.verify(rotated.text("secret"));

    SERVICE.sql("UPDATE webhook SET previous_until = now() WHERE id = ?::uuid", id);
    assertThat(rotate(id).status()).isEqualTo(200);
  }

  @Test
  void aLostOrLeakedSecretIsReplacedWhileTheOneBeforeStaysValid() throws Exception {
    Answer created = admin.create(path, "user.registered");
    String id = created.text("webhook_id");
    Answer lost = rotate(id);
    Answer replaced = replace(id, "true");
    assertThat(replaced.status()).as(replaced.body().toString()).isEqualTo(200);
    assertThat(until(replaced)).isEqualTo(until(lost));

    WebhookReceiver.Received message = nextMessage(0);
    message.verify(created.text("secret"));
    message.verify(replaced.text("secret"));
    assertThatThrownBy(() -> message.verify(lost.text("secret")))
        .isInstanceOf(WebhookVerificationException.class);

    SERVICE.sql("UPDATE webhook SET previous_until = now() WHERE id = ?::uuid", id);
    Answer only = replace(id, "true");
    assertThat(only.body().hasNonNull("previous_secret_until")).isFalse();
    WebhookReceiver.Received after = nextMessage(1);
    after.verify(only.text("secret"));
    assertThatThrownBy(() -> after.verify(replaced.text("secret")))
        .isInstanceOf(WebhookVerificationException.class);

    assertThat(replace(id, "yes").code()).isEqualTo("validation_failed");
    assertThat(replace(id, "false").status()).isEqualTo(200);
  }

  @Test
  void pendingDeliveriesFollowTheUrl() throws Exception {
    receiver.answer(path, () -> 500);
    String id = admin.create(path, "user.registered").text("webhook_id");
    for (int i = 0; i < 3; i++) {
      api.register(newEmail());
    }
    Eventually.within(SOON, () -> receiver.at(path).size() >= 3);

    String moved = path + "-moved";
    Answer changed = admin.change(id, Map.of("url", receiver.url(moved)));
    assertThat(changed.status()).as(changed.body().toString()).isEqualTo(200);
    assertThat(changed.text("url")).isEqualTo(receiver.url(moved));
    assertThat(changed.body().path("events")).hasSize(1);

    Eventually.within(SOON, () -> admin.deliveries(id, "delivered").size() == 3);
    assertThat(receiver.at(moved)).extracting(WebhookReceiver.Received::id).hasSize(3);
    assertThat(admin.deliveries(id, "pending")).isEmpty();
    assertThat(events(id)).isEqualTo("webhook.created webhook.changed");
  }

  @Test
  void eventsAreChangedWithoutLosingPendingDeliveries() throws Exception {
    receiver.answer(path, () -> 500);
    String id = admin.create(path, "user.registered").text("webhook_id");
    api.register(newEmail());
    Eventually.within(SOON, () -> !receiver.at(path).isEmpty());
    assertThat(admin.change(id, Map.of("events", List.of("session.ended"))).body().path("events"))
        .hasToString("[\"session.ended\"]");
    receiver.answer(path, () -> 200);
    Eventually.within(SOON, () -> admin.deliveries(id, "delivered").size() == 1);

    Answer session = api.register(newEmail());
    api.post("/api/v1/auth/logout", session.text("access_token"), Map.of());
    Eventually.within(SOON, () -> admin.deliveries(id, "delivered").size() == 2);
    assertThat(admin.deliveries(id, "delivered").findValuesAsText("type"))
        .containsExactly("session.ended", "user.registered");
  }

  @Test
  void namingEveryEventMeansThoseOfLaterReleasesToo() {
    String id = admin.create(path, "user.registered").text("webhook_id");

    admin.change(
        id, Map.of("events", WebhookEvent.all().stream().map(WebhookEvent::toString).toList()));
    assertThat(SERVICE.value("SELECT events IS NULL FROM webhook WHERE id = ?::uuid", id))
        .isEqualTo("t");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | validation_failed",
        "{\"url\":null} | validation_failed",
        "{\"url\":7} | validation_failed",
        "{\"events\":[]} | validation_failed",
        "{\"events\":[\"password.stolen\"]} | validation_failed",
        "{\"secret\":\"mine\"} | validation_failed",
        "{\"url\":\"https://10.0.0.1/\"} | outbound_url_refused",
        "{\"url\":\"http://169.254.169.254/\"} | outbound_url_refused",
      })
  void refusesAnInvalidChange(String body, String code) {
    String id = admin.create(path, "user.registered").text("webhook_id");
    Answer refused = api.send(api.request("PATCH", WEBHOOKS + "/" + id, admin.token(), body));

    assertProblem(refused, 422, code, WEBHOOKS + "/" + id);
    assertThat(admin.get(id).text("url")).isEqualTo(receiver.url(path));
  }

  @Test
  void refusesToChangeAnUnknownOrDeletedWebhook() {
    String id = admin.create(path, "user.registered").text("webhook_id");
    api.delete(WEBHOOKS + "/" + id, admin.token(), null);

    for (String gone : List.of(id, UUID.randomUUID().toString())) {
      assertThat(admin.change(gone, Map.of("url", receiver.url(path))).code())
          .isEqualTo("webhook_not_found");
      assertThat(rotate(gone).code()).isEqualTo("webhook_not_found");
    }
  }

  @Test
  void isAskedForByAdminsOnly() {
    String id = admin.create(path, "user.registered").text("webhook_id");
    String user = api.register(newEmail()).text("access_token");

    assertThat(api.post(WEBHOOKS + "/" + id + "/rotate-secret", user, Map.of()).code())
        .isEqualTo("forbidden");
    assertThat(api.send(api.request("PATCH", WEBHOOKS + "/" + id, user, "{}")).code())
        .isEqualTo("forbidden");
  }

  private WebhookReceiver.Received nextMessage(int before) throws Exception {
    api.register(newEmail());
    Eventually.within(SOON, () -> receiver.at(path).size() > before);
    return receiver.at(path).get(before);
  }

  private Answer rotate(String id) {
    return api.post(WEBHOOKS + "/" + id + "/rotate-secret", admin.token(), Map.of());
  }

  private Answer replace(String id, String value) {
    String target = WEBHOOKS + "/" + id + "/rotate-secret?replace=" + value;
    return api.post(target, admin.token(), Map.of());
  }

  private static String events(String id) {
    return SERVICE.value(
        "SELECT string_agg(event, ' ' ORDER BY id) FROM audit_event"
            + " WHERE details->>'webhook_id' = ?",
        id);
  }

  private static Instant until(Answer rotated) {
    return Instant.parse(rotated.text("previous_secret_until"));
  }

  private static Duration hours(int hours) {
    return Duration.ofHours(hours).plusSeconds(hours == 24 ? 5 : 0);
  }
}
