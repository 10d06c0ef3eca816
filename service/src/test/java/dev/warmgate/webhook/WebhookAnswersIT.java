package dev.warmgate.webhook;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static dev.warmgate.testkit.WebhookAdmin.WEBHOOKS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.WebhookAdmin;
import dev.warmgate.testkit.WebhookReceiver;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests what a receiver can say with its answer: that it is gone, or wants to be left alone. */
final class WebhookAnswersIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String EVENTS =
      "SELECT string_agg(event, ' ' ORDER BY id) FROM audit_event"
          + " WHERE details->>'webhook_id' = ?";

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("webhooks.allow", "127.0.0.0/8")
          .with("webhooks.interval", "100ms")
          .with("webhooks.backoff", "50ms")
          .with("webhooks.max_backoff", "100ms")
          .with("webhooks.attempts", "50")
          .with("housekeeping.interval", "1h");

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
  void aReceiverThatIsGoneEndsItsWebhookUntilTheUrlIsSet() throws Exception {
    receiver.answer(path, () -> 410);
    String id = admin.create(path, "user.registered").text("webhook_id");
    api.register(newEmail());
    Eventually.within(SOON, () -> admin.deliveries(id, "dead").size() == 1);
    assertThat(admin.deliveries(id, "dead").path(0).path("last_error").asText())
        .isEqualTo("status 410");
    assertThat(admin.get(id).text("ended_at")).isNotEmpty();
    assertThat(SERVICE.value(EVENTS, id)).isEqualTo("webhook.created webhook.ended");

    String other = path + "-other";
    admin.create(other, "user.registered");
    api.register(newEmail());
    Eventually.within(SOON, () -> receiver.at(other).size() == 1);
    assertThat(receiver.at(path)).as("nothing is sent any more").hasSize(1);

    receiver.answer(path, () -> 200);
    assertThat(admin.change(id, Map.of("url", receiver.url(path))).body().has("ended_at"))
        .isFalse();
    String dead = admin.deliveries(id, "dead").path(0).path("delivery_id").asText();
    api.post(WEBHOOKS + "/" + id + "/deliveries/" + dead + "/retry", admin.token(), Map.of());
    api.register(newEmail());
    Eventually.within(SOON, () -> admin.deliveries(id, "delivered").size() == 2);
  }

  /** The interval of the housekeeping is too long for an answer of the API to be wrong. */
  @Test
  void nothingIsPendingOnceAWebhookHasEnded() throws Exception {
    CountDownLatch all = new CountDownLatch(1);
    receiver.answer(path, 410, "Retry-After", "3600");
    receiver.answer(
        path,
        () -> {
          all.await();
          return 410;
        });
    String id = admin.create(path, "user.registered").text("webhook_id");
    int most = 12;
    for (int i = 0; i < most; i++) {
      api.register(newEmail());
    }
    Eventually.within(SOON, () -> admin.deliveries(id, "pending").size() == most);
    all.countDown();
    Eventually.within(SOON, () -> admin.deliveries(id, "dead").size() == most);

    assertThat(admin.deliveries(id, "pending")).isEmpty();
    assertThat(admin.get(id).body().has("paused_until")).isFalse();
    String dead = admin.deliveries(id, "dead").path(0).path("delivery_id").asText();
    Answer refused =
        api.post(WEBHOOKS + "/" + id + "/deliveries/" + dead + "/retry", admin.token(), Map.of());
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.code()).isEqualTo("webhook_ended");
    assertThat(admin.deliveries(id, "dead")).hasSize(most);
  }

  @Test
  void aReceiverThatIsGoneDoesNotEndTheWebhookThatHasMoved() throws Exception {
    CountDownLatch moved = new CountDownLatch(1);
    receiver.answer(
        path,
        () -> {
          moved.await();
          return 410;
        });
    String id = admin.create(path, "user.registered").text("webhook_id");
    api.register(newEmail());
    Eventually.within(SOON, () -> !receiver.at(path).isEmpty());
    admin.change(id, Map.of("url", receiver.url(path + "-moved")));
    moved.countDown();

    Eventually.within(SOON, () -> admin.deliveries(id, "delivered").size() == 1);
    assertThat(admin.get(id).body().has("ended_at")).isFalse();
    assertThat(receiver.at(path + "-moved")).hasSize(1);
  }

  @Test
  void aReceiverIsLeftAloneForAsLongAsItAsks() throws Exception {
    receiver.answer(path, 429, "Retry-After", "2");
    String id = admin.create(path, "user.registered").text("webhook_id");
    api.register(newEmail());
    Eventually.within(SOON, () -> admin.get(id).body().has("paused_until"));
    int before = receiver.at(path).size();
    long paused = System.nanoTime();
    api.register(newEmail());
    receiver.answer(path, () -> 200);

    Eventually.within(SOON, () -> admin.deliveries(id, "delivered").size() == 2);
    assertThat(Duration.ofNanos(System.nanoTime() - paused)).isGreaterThan(Duration.ofSeconds(1));
    assertThat(receiver.at(path)).hasSize(before + 2);
    assertThat(admin.get(id).body().has("paused_until")).isFalse();
  }

  @Test
  void aNewUrlEndsThePauseOfTheOldReceiver() throws Exception {
    receiver.answer(path, 503, "Retry-After", "3600");
    String id = admin.create(path, "user.registered").text("webhook_id");
    api.register(newEmail());
    Eventually.within(SOON, () -> admin.get(id).body().has("paused_until"));

    admin.change(id, Map.of("url", receiver.url(path + "-moved")));
    Eventually.within(SOON, () -> admin.deliveries(id, "delivered").size() == 1);
  }
}
