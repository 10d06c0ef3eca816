package dev.warmgate.database;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.OwnPostgres;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RunningService;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class DatabaseDownIT {
  private static final Duration SOON = Duration.ofSeconds(15);
  private static final Duration LIMIT = Duration.ofSeconds(1);

  @RegisterExtension static final OwnPostgres POSTGRES = new OwnPostgres().start();

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .withManyConnections()
          .with("database.url", POSTGRES.url())
          .with("verify.max_stale", "5s");

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private Answer session;

  @BeforeEach
  void warmUp() {
    session = api.register(email);
    requests()
        .forEach((name, request) -> assertThat(request.get().status()).as(name).isLessThan(500));
    session = api.login(email, PASSWORD);
  }

  @Test
  void answers503WithinASecondAndRecoversWithTheDatabase() throws Exception {
    String known = session.text("access_token");
    assertThat(api.me(known).status()).isEqualTo(200);
    session = api.login(email, PASSWORD);
    POSTGRES.stop();
    try {
      assertThat(api.me(known).status()).as("a cached token").isEqualTo(200);
      assertConcurrentLookupsShareOneAttempt();
      assertUnavailable();
      // A cached token is valid until verify.max_stale has passed.
      Eventually.within(SOON, () -> api.me(known).code().equals("database_unavailable"));
      Eventually.within(SOON, () -> api.get("/health-check").status() == 503);
      List<Answer> many = Parallel.run(30, i -> api.refresh(session.text("refresh_token")));
      assertThat(many).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(503));

      Answer ping = api.get("/api/v1/auth/ping");
      assertThat(ping.status()).isEqualTo(200);
      assertThat(ping.text("status")).isEqualTo("degraded");
      assertThat(ping.body().path("ready").asBoolean()).isFalse();
      assertThat(ping.body().at("/database/status").asText()).isEqualTo("down");
      assertThat(api.get("/api/v1/auth/jwks.json").body().path("keys")).hasSize(1);
    } finally {
      POSTGRES.start();
    }

    Eventually.within(SOON, () -> api.get("/health-check").status() == 200);
    Eventually.within(SOON, () -> api.me(known).status() == 200);
    assertThat(api.me(session.text("access_token")).status()).isEqualTo(200);
    Answer refreshed = api.refresh(session.text("refresh_token"));
    assertThat(refreshed.status()).isEqualTo(200);
    assertThat(api.me(refreshed.text("access_token")).status()).isEqualTo(200);
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
    assertThat(api.register(newEmail()).status()).isEqualTo(201);
    assertThat(api.get("/api/v1/auth/ping").text("status")).isEqualTo("ok");
  }

  @Test
  void listensBeforeTheDatabaseIsUpAndThenBecomesReady() throws Exception {
    OwnPostgres late = new OwnPostgres();
    RunningService service =
        new RunningService()
            .withManyConnections()
            .with("database.url", late.url())
            .withoutWaiting();
    service.start();
    try {
      Answer ping = service.api().get("/api/v1/auth/ping");
      assertThat(ping.status()).isEqualTo(200);
      assertThat(ping.text("status")).isEqualTo("starting");
      assertThat(ping.body().path("ready").asBoolean()).isFalse();
      assertThat(service.api().get("/health-check").status()).isEqualTo(503);
      assertThat(service.api().register(email).status()).isEqualTo(503);
      assertThat(service.api().me(session.text("access_token")).status()).isEqualTo(503);

      late.start();
      Eventually.within(SOON, () -> service.api().get("/health-check").status() == 200);
      assertThat(service.api().register(email).status()).isEqualTo(201);
      assertThat(service.api().login(email, PASSWORD).status()).isEqualTo(200);
    } finally {
      service.stop();
      late.afterAll(null);
    }
  }

  /** Concurrent look-ups share one attempt and its failure. */
  private void assertConcurrentLookupsShareOneAttempt() throws Exception {
    // Until then, requests find a dead connection in the pool and fail at once.
    Eventually.within(SOON, () -> api.get("/health-check").status() == 503);
    long began = System.nanoTime();
    List<Answer> unknownKeys =
        Parallel.run(
            16,
            i ->
                api.send(
                    api.request("GET", "/api/v1/auth/ping", null, null)
                        .header("X-Warmgate-Load-Test", "wg_sk_" + "a".repeat(41) + (10 + i))));

    assertThat(unknownKeys).extracting(Answer::code).containsOnly("database_unavailable");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LIMIT.multipliedBy(5));
  }

  private void assertUnavailable() {
    requests()
        .forEach((name, request) -> {
          Duration fastest = Duration.ofDays(1);
          // The fastest of three attempts counts, since a busy machine may slow one down.
          for (int i = 0; i < 3 && fastest.compareTo(LIMIT) >= 0; i++) {
            long started = System.nanoTime();
            Answer refused = request.get();
            Duration took = Duration.ofNanos(System.nanoTime() - started);

            assertThat(refused.status()).as(name).isEqualTo(503);
            assertThat(refused.code()).isEqualTo("database_unavailable");
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            fastest = took.compareTo(fastest) < 0 ? took : fastest;
          }
          assertThat(fastest).as(name).isLessThan(LIMIT);
        });
  }

  /** Returns a valid request for every endpoint that needs the database. */
  private Map<String, Supplier<Answer>> requests() {
    String token = session.text("access_token");
    Map<String, Supplier<Answer>> requests = new LinkedHashMap<>();
    requests.put("me with an unknown token", () -> api.me(token));
    requests.put("login", () -> api.login(email, PASSWORD));
    requests.put("login of an unknown account", () -> api.login(newEmail(), PASSWORD));
    requests.put("register", () -> api.register(newEmail()));
    requests.put("refresh", () -> api.refresh(session.text("refresh_token")));
    requests.put("sessions", () -> api.get("/api/v1/auth/sessions", token));
    requests.put(
        "end a session",
        () -> api.delete("/api/v1/auth/sessions/" + UUID.randomUUID(), token, null));
    requests.put(
        "password",
        () ->
            api.post(
                "/api/v1/auth/password",
                token,
                Map.of("current_password", PASSWORD, "new_password", PASSWORD)));
    requests.put(
        "delete me", () -> api.delete("/api/v1/auth/me", token, Map.of("password", "not it")));
    requests.put(
        "logout",
        () -> api.send(api.request("POST", "/api/v1/auth/logout?scope=others", token, null)));
    return requests;
  }
}
