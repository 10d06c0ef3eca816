package dev.warmgate.servicekey;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Scopes;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.OtherProcess;
import dev.warmgate.testkit.RunningService;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ServiceKeyIT {
  private static final String URL = Dependencies.newDatabaseUrl();
  private static final String ENDPOINT = "/test/for-services";

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService().with("database.url", URL).withResource(new ForServices());

  @RegisterExtension
  static final RunningService OTHER =
      new RunningService().with("database.url", URL).withResource(new ForServices());

  private static final OtherProcess OPERATOR = new OtherProcess(URL);
  private static ServiceKeys keys;

  @BeforeAll
  static void makeOperator() {
    OPERATOR.foundation().redis().connect();
    keys = ServiceKeys.of(OPERATOR.foundation(), Duration.ofSeconds(15));
  }

  @AfterAll
  static void stopOperator() {
    OPERATOR.close();
  }

  private final ApiClient api = SERVICE.api();

  @Test
  @Tag("quick")
  void admitsAServiceWithTheScopes() throws Exception {
    String key = make(Scopes.LOAD_TEST, Scopes.PERFORMANCE);
    awaitKnown(key);
    Answer answer = api.get(ENDPOINT, key);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text("name")).isEqualTo("a test");
  }

  @Test
  @Tag("quick")
  void refusesAServiceWithoutAScope() throws Exception {
    String key = make(Scopes.PERFORMANCE);
    awaitKnown(key);
    Answer refused = api.get(ENDPOINT, key);

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.code()).isEqualTo("forbidden");
  }

  @Test
  void refusesAnAccountAtAnEndpointForServices() {
    String token = api.register(newEmail()).text("access_token");

    assertThat(api.get(ENDPOINT, token).status()).isEqualTo(403);
    assertThat(api.get(ENDPOINT).code()).isEqualTo("missing_token");
  }

  @Test
  void refusesAServiceAtEndpointsForAccountsOnBothLanes() {
    String key = make(Scopes.PERFORMANCE);

    for (String path : List.of("/api/v1/auth/me", "/api/v1/auth/sessions")) {
      Answer refused = api.get(path, key);
      assertThat(refused.status()).as(path).isEqualTo(401);
      assertThat(refused.code()).as(path).isEqualTo("invalid_token");
    }
  }

  @Test
  void refusesARevokedKeyOnEveryReplicaAtOnce() throws Exception {
    ServiceKeys.Made made = made(null, Scopes.LOAD_TEST, Scopes.PERFORMANCE);
    awaitKnown(made.key());
    assertThat(api.get(ENDPOINT, made.key()).status()).isEqualTo(200);
    assertThat(OTHER.api().get(ENDPOINT, made.key()).status()).isEqualTo(200);

    assertThat(keys.revoke(made.id())).isTrue();
    for (RunningService replica : List.of(SERVICE, OTHER)) {
      Eventually.within(
          Duration.ofSeconds(1), () -> replica.api().get(ENDPOINT, made.key()).status() == 401);
    }
    assertThat(keys.revoke(made.id())).as("revoked twice").isFalse();
    assertThat(keys.revoke(UUID.randomUUID())).isFalse();
  }

  @Test
  void refusesAnExpiredKey() throws Exception {
    Instant soon = Instant.now().plusSeconds(2);
    String key = made(soon, Scopes.LOAD_TEST, Scopes.PERFORMANCE).key();
    awaitKnown(key);
    assertThat(api.get(ENDPOINT, key).status()).isEqualTo(200);

    Eventually.within(Duration.ofSeconds(5), () -> api.get(ENDPOINT, key).status() == 401);
    assertThat(Instant.now()).isAfterOrEqualTo(soon);
  }

  @Test
  void queriesPostgresNeitherForAKnownKeyNorForEveryUnknownOne() throws Exception {
    String key = make(Scopes.LOAD_TEST, Scopes.PERFORMANCE);
    awaitKnown(key);
    long before = SERVICE.statements("dev.warmgate.servicekey");
    long began = System.nanoTime();
    for (int i = 0; i < 50; i++) {
      assertThat(api.get(ENDPOINT, key).status()).isEqualTo(200);
      String unknown = key.substring(0, key.length() - 3) + (100 + i);
      assertThat(api.get(ENDPOINT, unknown).code()).isEqualTo("invalid_token");
      assertThat(api.get(ENDPOINT, "wg_sk_garbage").code()).isEqualTo("invalid_token");
    }
    long intervals = Duration.ofNanos(System.nanoTime() - began).toMillis() / 100;

    assertThat(SERVICE.statements("dev.warmgate.servicekey") - before)
        .isLessThanOrEqualTo(intervals + 2)
        .isLessThan(50);
  }

  @Test
  void storesNoKeyAndListsTheKeysItMade() {
    ServiceKeys.Made made = made(null, Scopes.INTROSPECT);
    String key = make(Scopes.PERFORMANCE);

    assertThat(SERVICE.value("SELECT string_agg(service_key::text, ' ') FROM service_key"))
        .doesNotContain(key, key.substring(6));
    assertThat(keys.list())
        .filteredOn(listed -> listed.id().equals(made.id()))
        .singleElement()
        .extracting(ServiceKey::name, ServiceKey::scopes)
        .containsExactly("a test", java.util.Set.of("introspect"));
  }

  /** A replica may take 100 ms to learn of a new key. */
  private void awaitKnown(String key) throws Exception {
    Eventually.within(Duration.ofSeconds(1), () -> api.get(ENDPOINT, key).status() != 401);
  }

  private static String make(String... scopes) {
    return made(null, scopes).key();
  }

  private static ServiceKeys.Made made(@Nullable Instant expiresAt, String... scopes) {
    return keys.create("a test", List.of(scopes), expiresAt);
  }

  /** An endpoint that requires two scopes; the service has none. */
  @Path(ENDPOINT)
  @Authenticated(
      roles = Authenticated.SERVICE,
      scopes = {Scopes.LOAD_TEST, Scopes.PERFORMANCE})
  @jakarta.ws.rs.Produces("application/json")
  public static final class ForServices {
    /** The answer: the name of the calling service. */
    public record CallingService(String name) {}

    @GET
    public CallingService get(@Context SecurityContext security) {
      return new CallingService(security.getUserPrincipal().getName());
    }
  }
}
