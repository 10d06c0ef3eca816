package dev.warmgate.webhook;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static dev.warmgate.testkit.Problems.assertProblem;
import static dev.warmgate.testkit.WebhookAdmin.WEBHOOKS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.WebhookAdmin;
import dev.warmgate.testkit.WebhookReceiver;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests the delivery of webhooks from the event to the receiver, including failures. */
final class WebhooksIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int ATTEMPTS = 3;

  @RegisterExtension static final RunningService SERVICE = service();

  private static RunningService service() {
    return new RunningService()
        .with("webhooks.allow", "127.0.0.0/8")
        .with("webhooks.interval", "100ms")
        .with("webhooks.timeout", "5s")
        .with("webhooks.attempts", Integer.toString(ATTEMPTS))
        .with("webhooks.backoff", "50ms")
        .with("webhooks.max_backoff", "100ms")
        .with("housekeeping.interval", "200ms");
  }

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
  void deliverSignedEvents() throws Exception {
    String secret = admin.create(path).text("secret");
    String email = newEmail();
    Answer session = api.register(email);
    String account = SERVICE.value("SELECT id FROM account WHERE email = ?", email);
    api.post("/api/v1/auth/logout", session.text("access_token"), Map.of());
    await(path, 3);

    Map<String, JsonNode> delivered = new HashMap<>();
    for (WebhookReceiver.Received message : receiver.at(path)) {
      message.verify(secret);
      delivered.put(message.type(), message.body());
      assertThat(message.text()).doesNotContain(email).doesNotContain("@");
      assertThat(message.headers()).doesNotContainKeys("traceparent", "cookie", "authorization");
    }
    assertThat(delivered).containsOnlyKeys("user.registered", "session.started", "session.ended");
    JsonNode ended = delivered.get("session.ended");
    assertThat(ended.fieldNames()).toIterable().containsExactly("type", "timestamp", "data");
    assertThat(ended.at("/data/account_id").asText()).isEqualTo(account);
    assertThat(ended.at("/data/session_id").asText()).isEqualTo(session.text("session_id"));
    assertThat(delivered.get("user.registered").path("data").has("session_id")).isFalse();
  }

  @Test
  void deliverOnlySubscribedAndNewEvents() throws Exception {
    api.register(newEmail());
    admin.create(path, "user.registered");
    String email = newEmail();
    api.register(email);
    await(path, 1);
    api.login(email, PASSWORD);
    api.register(newEmail());
    await(path, 2);

    for (WebhookReceiver.Received message : receiver.at(path)) {
      assertThat(message.type()).isEqualTo("user.registered");
    }
    assertThat(receiver.at(path).getFirst().body().at("/data/account_id").asText())
        .isEqualTo(SERVICE.value("SELECT id FROM account WHERE email = ?", email));
  }

  @Test
  void areRetriedWithTheSameIdUntilTheySucceed() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    receiver.answer(path, () -> attempts.incrementAndGet() < ATTEMPTS ? 500 : 204);
    String id = admin.create(path, "user.registered").text("webhook_id");
    api.register(newEmail());
    await(id, "delivered");

    assertThat(receiver.at(path)).hasSize(ATTEMPTS);
    assertThat(receiver.at(path))
        .extracting(WebhookReceiver.Received::id)
        .containsOnly("msg_" + deliveries(id, "delivered").path(0).path("delivery_id").asText());
    assertThat(receiver.at(path))
        .extracting(WebhookReceiver.Received::text)
        .hasSize(ATTEMPTS)
        .containsOnly(receiver.at(path).getFirst().text());
    assertThat(deliveries(id, "delivered").path(0).path("attempts").asInt()).isEqualTo(ATTEMPTS);
    assertThat(deliveries(id, "pending")).isEmpty();
  }

  @Test
  void areGivenUpAfterTheLastAttemptAndRetriedOnRequest() throws Exception {
    receiver.answer(path, () -> 307);
    String id = admin.create(path, "user.registered").text("webhook_id");
    api.register(newEmail());
    await(id, "dead");
    JsonNode dead = deliveries(id, "dead").path(0);
    assertThat(receiver.at(path)).hasSize(ATTEMPTS);
    assertThat(dead.path("last_error").asText()).isEqualTo("status 307");
    assertThat(dead.path("type").asText()).isEqualTo("user.registered");

    receiver.answer(path, () -> 200);
    String retry = deliveriesOf(id) + "/" + dead.path("delivery_id").asText() + "/retry";
    assertThat(api.post(retry, admin.token(), Map.of()).status()).isEqualTo(204);
    await(id, "delivered");
    assertThat(receiver.at(path)).hasSize(ATTEMPTS + 1);
    assertThat(receiver.at(path).getLast().id()).isEqualTo(receiver.at(path).getFirst().id());
  }

  @Test
  void areDeliveredIndependentlyOfEachOther() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    AtomicInteger answered = new AtomicInteger();
    String slow = path + "-slow";
    receiver.answer(
        slow,
        () -> {
          if (released.await(1, TimeUnit.MINUTES)) {
            return 200;
          }
          answered.incrementAndGet();
          return 503;
        });
    admin.create(slow, "session.started");
    String fast = admin.create(path, "session.started").text("webhook_id");
    int events = 30;
    String email = newEmail();
    api.register(email);
    for (int i = 1; i < events; i++) {
      api.login(email, PASSWORD);
    }
    await(path, events);
    Eventually.within(SOON, () -> deliveries(fast, "delivered").size() == events);

    assertThat(receiver.at(slow)).hasSizeGreaterThanOrEqualTo(8);
    assertThat(answered).hasValue(0);
    released.countDown();
  }

  @Test
  void deliverEventsThatAreCommittedLate() throws Exception {
    admin.create(path, "user.registered", "key.rotated");
    try (Connection connection = SERVICE.connection()) {
      connection.setAutoCommit(false);
      connection
          .createStatement()
          .execute(
              "INSERT INTO audit_event (event, actor, details)"
                  + " VALUES ('key.rotated', 'system', '{\"kid\": \"late\", \"more\": \"x\"}')");
      for (int i = 0; i < 3; i++) {
        api.register(newEmail());
      }
      // Long enough that a reader that only compares ids has passed it.
      TimeUnit.MILLISECONDS.sleep(2500);
      connection.commit();
    }
    await(path, 4);

    List<String> types = new ArrayList<>();
    for (WebhookReceiver.Received message : receiver.at(path)) {
      types.add(message.type());
      if (message.type().equals("key.rotated")) {
        assertThat(message.body().path("data").toString()).isEqualTo("{\"kid\":\"late\"}");
      }
    }
    assertThat(types)
        .containsExactlyInAnyOrder(
            "key.rotated", "user.registered", "user.registered", "user.registered");
  }

  @Test
  void deliverMoreEventsOfOneTransactionThanOneReadReturns() throws Exception {
    int events = 1001;
    admin.create(path, "session.ended");
    SERVICE.sql(
        "INSERT INTO audit_event (event, actor, session_id)"
            + " SELECT 'session.ended', 'system', gen_random_uuid() FROM generate_series(1, ?)",
        events);
    await(path, events);

    assertThat(receiver.at(path)).extracting(WebhookReceiver.Received::id).doesNotHaveDuplicates();
  }

  @Test
  void areDeliveredOnceByTwoReplicas() throws Exception {
    RunningService other = service().with("database.url", SERVICE.databaseUrl());
    other.start();
    try {
      admin.create(path, "session.started");
      String email = newEmail();
      api.register(email);
      for (int i = 1; i < 20; i++) {
        (i % 2 == 0 ? api : other.api()).login(email, PASSWORD);
      }
      await(path, 20);
    } finally {
      other.stop();
    }
    assertThat(receiver.at(path)).extracting(WebhookReceiver.Received::id).doesNotHaveDuplicates();
  }

  @Test
  void deliverNothingAfterTheirDeletion() throws Exception {
    receiver.answer(path, () -> 500);
    String id = admin.create(path, "user.registered").text("webhook_id");
    api.register(newEmail());
    Eventually.within(SOON, () -> !receiver.at(path).isEmpty());
    assertThat(api.delete(WEBHOOKS + "/" + id, admin.token(), null).status()).isEqualTo(204);

    assertProblem(
        api.get(WEBHOOKS + "/" + id, admin.token()), 404, "webhook_not_found", WEBHOOKS + "/" + id);
    assertThat(api.delete(WEBHOOKS + "/" + id, admin.token(), null).status()).isEqualTo(404);
    assertThat(api.get(deliveriesOf(id), admin.token()).status()).isEqualTo(404);
    Eventually.within(SOON, () -> stored(id) == 0);
  }

  private static String deliveriesOf(String id) {
    return WEBHOOKS + "/" + id + "/deliveries";
  }

  private JsonNode deliveries(String id, String state) {
    return api.get(deliveriesOf(id) + "?state=" + state, admin.token()).body().path("deliveries");
  }

  private static int stored(String id) {
    return Integer.parseInt(
        SERVICE.value(
            "SELECT count(*) FROM webhook_delivery WHERE webhook_id = ?", UUID.fromString(id)));
  }

  private static void await(String at, int messages) throws Exception {
    Eventually.within(SOON, () -> receiver.at(at).size() >= messages);
    assertThat(receiver.at(at)).hasSize(messages);
  }

  private void await(String id, String state) throws Exception {
    Eventually.within(SOON, () -> deliveries(id, state).size() == 1);
  }
}
