package dev.warmgate;

import static dev.warmgate.ApiClient.PASSWORD;
import static dev.warmgate.ApiClient.newEmail;
import static dev.warmgate.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Webhooks from the request that makes one to the receiver, with every way a delivery can go. */
final class WebhooksIT {
  private static final String WEBHOOKS = "/api/v1/webhooks";
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int ATTEMPTS = 3;

  @RegisterExtension static final RunningService SERVICE = service();

  private static RunningService service() {
    return new RunningService()
        .with("webhooks.allow", "127.0.0.0/8")
        .with("webhooks.timeout", "5s")
        .with("webhooks.attempts", Integer.toString(ATTEMPTS))
        .with("webhooks.backoff", "50ms")
        .with("webhooks.max_backoff", "100ms")
        .with("housekeeping.interval", "200ms");
  }

  private static WebhookReceiver receiver;
  private static String admin;

  private final ApiClient api = SERVICE.api();
  private final String path = "/" + UUID.randomUUID();
  private final List<String> made = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    receiver = new WebhookReceiver();
    String email = newEmail();
    SERVICE.api().register(email);
    SERVICE.sql("UPDATE account SET role = 'admin' WHERE email = ?", email);
    admin = SERVICE.api().login(email, PASSWORD).text("access_token");
  }

  @AfterAll
  static void stop() {
    receiver.close();
  }

  @AfterEach
  void removeWebhooks() {
    made.forEach(id -> api.delete(WEBHOOKS + "/" + id, admin, null));
  }

  @Test
  void areForAdminsOnly() {
    String user = api.register(newEmail()).text("access_token");

    assertProblem(api.get(WEBHOOKS, user), 403, "forbidden", WEBHOOKS);
    assertProblem(api.get(WEBHOOKS), 401, "missing_token", WEBHOOKS);
    assertThat(api.post(WEBHOOKS, user, webhook(receiver.url(path))).status()).isEqualTo(403);
  }

  @Test
  void showTheirSecretOnce() {
    Answer created = create(path, "session.started");
    String id = created.text("webhook_id");
    String secret = created.text("secret");

    assertThat(created.status()).isEqualTo(201);
    assertThat(secret).startsWith("whsec_");
    Answer shown = api.get(WEBHOOKS + "/" + id, admin);
    assertThat(shown.text("url")).isEqualTo(receiver.url(path));
    assertThat(shown.body().path("events")).hasSize(1);
    assertThat(shown.body().has("secret")).isFalse();
    assertThat(api.get(WEBHOOKS, admin).body().path("webhooks").findValuesAsText("webhook_id"))
        .contains(id);
    assertThat(api.get(WEBHOOKS, admin).body().toString()).doesNotContain("whsec_");
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
  void refuseUrlsThatWarmgateMayNotCall(String url) {
    Answer refused = api.post(WEBHOOKS, admin, webhook(url));

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
  void refuseWhatIsNoWebhook(String body) {
    Answer refused = api.send(api.request("POST", WEBHOOKS, admin, body));

    assertProblem(refused, 422, "validation_failed", WEBHOOKS);
  }

  @Test
  void refuseASecondUrlThatTheFilterDoesNotSee() {
    String body = "{\"url\":\"https://example.com\",\"url\":\"http://10.0.0.1\"}";

    assertProblem(
        api.send(api.request("POST", WEBHOOKS, admin, body)), 400, "malformed_json", WEBHOOKS);
  }

  @Test
  void tellWhatHappenedSigned() throws Exception {
    String secret = create(path).text("secret");
    String email = newEmail();
    Answer session = api.register(email);
    String account = SERVICE.value("SELECT id FROM account WHERE email = ?", email);
    api.post("/api/v1/auth/logout", session.text("access_token"), Map.of());
    await(path, 3);

    Map<String, JsonNode> told = new HashMap<>();
    for (WebhookReceiver.Received message : receiver.at(path)) {
      message.verify(secret);
      told.put(message.type(), message.body());
      assertThat(message.text()).doesNotContain(email).doesNotContain("@");
      assertThat(message.headers()).doesNotContainKeys("traceparent", "cookie", "authorization");
    }
    assertThat(told).containsOnlyKeys("user.registered", "session.started", "session.ended");
    JsonNode ended = told.get("session.ended");
    assertThat(ended.fieldNames()).toIterable().containsExactly("type", "timestamp", "data");
    assertThat(ended.at("/data/account_id").asText()).isEqualTo(account);
    assertThat(ended.at("/data/session_id").asText()).isEqualTo(session.text("session_id"));
    assertThat(told.get("user.registered").path("data").has("session_id")).isFalse();
  }

  @Test
  void tellWhatWasSubscribedAndNothingOlder() throws Exception {
    api.register(newEmail());
    create(path, "user.registered");
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
  void areToldAgainUnderTheSameIdUntilTheyHaveIt() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    receiver.answer(path, () -> asked.incrementAndGet() < ATTEMPTS ? 500 : 204);
    String id = create(path, "user.registered").text("webhook_id");
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
  void areGivenUpAfterSomeTimeAndSentWhenAskedFor() throws Exception {
    receiver.answer(path, () -> 307);
    String id = create(path, "user.registered").text("webhook_id");
    api.register(newEmail());
    await(id, "dead");
    JsonNode dead = deliveries(id, "dead").path(0);
    assertThat(receiver.at(path)).hasSize(ATTEMPTS);
    assertThat(dead.path("last_error").asText()).isEqualTo("status 307");
    assertThat(dead.path("type").asText()).isEqualTo("user.registered");

    receiver.answer(path, () -> 200);
    String retry = deliveriesOf(id) + "/" + dead.path("delivery_id").asText() + "/retry";
    assertThat(api.post(retry, admin, Map.of()).status()).isEqualTo(204);
    await(id, "delivered");
    assertThat(receiver.at(path)).hasSize(ATTEMPTS + 1);
    assertThat(receiver.at(path).getLast().id()).isEqualTo(receiver.at(path).getFirst().id());
  }

  @Test
  void doNotWaitForEachOther() throws Exception {
    CountDownLatch woken = new CountDownLatch(1);
    AtomicInteger answered = new AtomicInteger();
    String asleep = path + "-asleep";
    receiver.answer(
        asleep,
        () -> {
          if (woken.await(1, TimeUnit.MINUTES)) {
            return 200;
          }
          answered.incrementAndGet();
          return 503;
        });
    create(asleep, "session.started");
    String awake = create(path, "session.started").text("webhook_id");
    int events = 30;
    String email = newEmail();
    api.register(email);
    for (int i = 1; i < events; i++) {
      api.login(email, PASSWORD);
    }
    await(path, events);
    Eventually.within(SOON, () -> deliveries(awake, "delivered").size() == events);

    assertThat(receiver.at(asleep)).hasSizeGreaterThanOrEqualTo(8);
    assertThat(answered).hasValue(0);
    woken.countDown();
  }

  @Test
  void missNothingThatIsCommittedLate() throws Exception {
    create(path, "user.registered", "key.rotated");
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
      // Long enough that whoever reads by ids alone has read past it.
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
  void tellMoreEventsOfOneTransactionThanAreReadAtOnce() throws Exception {
    int events = 1001;
    create(path, "session.ended");
    SERVICE.sql(
        "INSERT INTO audit_event (event, actor, session_id)"
            + " SELECT 'session.ended', 'system', gen_random_uuid() FROM generate_series(1, ?)",
        events);
    await(path, events);

    assertThat(receiver.at(path)).extracting(WebhookReceiver.Received::id).doesNotHaveDuplicates();
  }

  @Test
  void areToldOnceByTwoReplicas() throws Exception {
    RunningService other = service().with("database.url", SERVICE.databaseUrl());
    other.start();
    try {
      create(path, "session.started");
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
  void areToldNothingOnceDeleted() throws Exception {
    receiver.answer(path, () -> 500);
    String id = create(path, "user.registered").text("webhook_id");
    api.register(newEmail());
    Eventually.within(SOON, () -> !receiver.at(path).isEmpty());
    assertThat(api.delete(WEBHOOKS + "/" + id, admin, null).status()).isEqualTo(204);

    assertProblem(
        api.get(WEBHOOKS + "/" + id, admin), 404, "webhook_not_found", WEBHOOKS + "/" + id);
    assertThat(api.delete(WEBHOOKS + "/" + id, admin, null).status()).isEqualTo(404);
    assertThat(api.get(deliveriesOf(id), admin).status()).isEqualTo(404);
    Eventually.within(SOON, () -> count("webhook_delivery WHERE webhook_id = ?", id) == 0);
  }

  @Test
  void forgetTheirDeliveriesAfterAWhile() throws Exception {
    String id = create(path, "user.registered").text("webhook_id");
    api.register(newEmail());
    await(id, "delivered");
    assertThat(count("webhook_delivery WHERE webhook_id = ?", id)).isEqualTo(1);
    SERVICE.sql(
        "UPDATE webhook_delivery SET delivered_at = now() - INTERVAL '8 days' WHERE webhook_id = ?",
        UUID.fromString(id));

    Eventually.within(SOON, () -> count("webhook_delivery WHERE webhook_id = ?", id) == 0);
  }

  @Test
  void standInTheAuditTrail() {
    String id = create(path).text("webhook_id");
    api.delete(WEBHOOKS + "/" + id, admin, null);

    assertThat(
            count("audit_event WHERE event = 'webhook.created' AND details->>'webhook_id' = ?", id))
        .isEqualTo(1);
    assertThat(
            count("audit_event WHERE event = 'webhook.deleted' AND details->>'webhook_id' = ?", id))
        .isEqualTo(1);
    assertThat(SERVICE.value("SELECT count(*) FROM audit_event WHERE details::text LIKE '%whsec%'"))
        .isEqualTo("0");
  }

  @Test
  void areNotMoreThanTheirConnectionsAllow() {
    for (int i = 0; i < 32; i++) {
      create(path + i, "login.blocked");
    }
    Answer refused = api.post(WEBHOOKS, admin, webhook(receiver.url(path)));

    assertProblem(refused, 409, "too_many_webhooks", WEBHOOKS);
  }

  private static Map<String, Object> webhook(String url, String... events) {
    return events.length == 0 ? Map.of("url", url) : Map.of("url", url, "events", events);
  }

  private Answer create(String at, String... events) {
    Answer created = api.post(WEBHOOKS, admin, webhook(receiver.url(at), events));
    assertThat(created.status()).as(created.body().toString()).isEqualTo(201);
    made.add(created.text("webhook_id"));
    return created;
  }

  private static String deliveriesOf(String id) {
    return WEBHOOKS + "/" + id + "/deliveries";
  }

  private JsonNode deliveries(String id, String state) {
    return api.get(deliveriesOf(id) + "?state=" + state, admin).body().path("deliveries");
  }

  private static int count(String from, String id) {
    boolean uuid = from.startsWith("webhook_delivery");
    return Integer.parseInt(
        SERVICE.value("SELECT count(*) FROM " + from, uuid ? UUID.fromString(id) : id));
  }

  private static void await(String at, int messages) throws Exception {
    Eventually.within(SOON, () -> receiver.at(at).size() >= messages);
    assertThat(receiver.at(at)).hasSize(messages);
  }

  private void await(String id, String state) throws Exception {
    Eventually.within(SOON, () -> deliveries(id, state).size() == 1);
  }
}
