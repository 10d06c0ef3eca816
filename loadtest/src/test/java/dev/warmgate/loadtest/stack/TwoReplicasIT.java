package dev.warmgate.loadtest.stack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.warmgate.audit.AuditContext;
import dev.warmgate.database.Database;
import dev.warmgate.database.DatabaseConfiguration;
import dev.warmgate.database.DatabaseUrl;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.http.Reply;
import dev.warmgate.loadtest.testkit.TestStack;
import dev.warmgate.request.Scopes;
import dev.warmgate.servicekey.ServiceKeyDao;
import dev.warmgate.signingkey.SigningKeyDao;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks that a replica refuses in time what another replica has revoked, also while Redis or
 * PostgreSQL is unreachable.
 */
@Tag("full")
final class TwoReplicasIT {
  private static final Duration WITH_REDIS = Duration.ofSeconds(1);
  private static final Duration WITHOUT_REDIS = Duration.ofSeconds(5);

  /** {@code verify.max_stale} plus one second to notice. */
  private static final Duration MAX_STALE = Duration.ofSeconds(16);

  private static final Duration RECOVERY = Duration.ofSeconds(10);
  private static final String PERFORMANCE = "/api/v1/database/performance";
  private static final int RACES = Boolean.getBoolean("tests.full") ? 1000 : 200;
  private static final int RACERS = 4;

  @TempDir private static Path root;

  private static Teardown teardown;

  /** An operator who changes rows in PostgreSQL directly, without telling any replica. */
  private static Database operator;

  private static Replica one;
  private static Replica other;

  @BeforeAll
  static void start() throws Exception {
    teardown = new Teardown();
    Dependencies dependencies = teardown.start(() -> Dependencies.start(root.resolve("stack")));
    one = teardown.start(() -> Replica.start("one", dependencies));
    other = teardown.start(() -> Replica.start("other", dependencies));
    DatabaseUrl url = DatabaseUrl.parse(dependencies.postgres().url());
    operator =
        new Database(DatabaseConfiguration.defaults(url).forCommand(), true, new MetricRegistry());
    teardown.start(() -> (AutoCloseable) operator::stop);
    one.awaitReady();
    other.awaitReady();
  }

  @AfterAll
  static void stop() {
    teardown.close();
  }

  @Test
  void refusesWithinASecondAfterALogoutOnTheOtherReplica() throws Exception {
    for (int round = 0; round < 10; round++) {
      String token = knownToken(register());
      one.logout(token);
      assertThat(one.me(token)).as("the replica of the logout refuses at once").isEqualTo(401);
      assertThat(untilRefused(other, token)).isLessThan(WITH_REDIS);
    }
  }

  @Test
  void refusesWithinFiveSecondsIfTheOtherReplicaHasNoRedis() throws Exception {
    String lost = knownToken(register());
    String kept = knownToken(register());
    one.redis().cut();
    try {
      one.logout(lost);
      assertThat(one.me(lost)).isEqualTo(401);
      assertThat(untilRefused(other, lost)).isLessThan(WITHOUT_REDIS);
      assertThat(one.me(kept)).isEqualTo(200);
      assertThat(one.me(register())).as("a new token, without Redis").isEqualTo(200);
    } finally {
      one.redis().heal();
    }
    awaitRevocationsThroughRedis();
  }

  @Test
  void refusesWithinFiveSecondsWithoutItsOwnRedis() throws Exception {
    String cut = knownToken(register());
    String swallowed = knownToken(register());
    try {
      other.redis().cut();
      one.logout(cut);
      assertThat(untilRefused(other, cut)).isLessThan(WITHOUT_REDIS);

      other.redis().heal();
      other.redis().blackhole();
      one.logout(swallowed);
      assertThat(untilRefused(other, swallowed)).isLessThan(WITHOUT_REDIS);
    } finally {
      other.redis().heal();
    }
    awaitRevocationsThroughRedis();
  }

  @Test
  void refusesAllTokensWhenRevocationsStayUnreadable() throws Exception {
    String token = knownToken(register());
    String good = knownToken(register());
    try {
      other.postgres().cut();
      one.logout(token);
      // The replica cannot read the logout and must stop accepting tokens once its view is too old.
      await(MAX_STALE, () -> other.me(token) == 503 && other.me(good) == 503);
      assertThat(one.me(good)).isEqualTo(200);
    } finally {
      other.postgres().heal();
    }
    await(RECOVERY, () -> other.me(good) == 200);
    assertThat(other.me(token)).isEqualTo(401);
  }

  @Test
  void refusesATokenVerifiedDuringItsLogout() throws Exception {
    List<String> tokens = new ArrayList<>();
    try (ExecutorService racers = Executors.newFixedThreadPool(2 * RACERS)) {
      List<Future<List<String>>> races = new ArrayList<>();
      for (int racer = 0; racer < RACERS; racer++) {
        races.add(racers.submit(() -> race(racers)));
      }
      for (Future<List<String>> race : races) {
        tokens.addAll(race.get());
      }
    }
    assertThat(tokens).hasSize(RACES);

    // The last token is measured; the others have had more time.
    assertThat(untilRefused(other, tokens.getLast())).isLessThan(WITH_REDIS);
    assertThat(tokens).filteredOn(token -> other.me(token) != 401).isEmpty();
    assertThat(tokens).filteredOn(token -> one.me(token) != 401).isEmpty();
  }

  /** Creates tokens and verifies each on one replica while the other logs it out. */
  private static List<String> race(ExecutorService racers) throws Exception {
    String email = TestStack.newEmail();
    List<String> tokens = new ArrayList<>();
    post(one, "register", TestStack.credentials(email));
    for (int i = 0; i < RACES / RACERS; i++) {
      String token = post(one, "login", TestStack.credentials(email)).field("access_token");
      Future<?> verifying =
          racers.submit(() -> {
            while (other.me(token) == 200) {
              Thread.onSpinWait();
            }
          });
      one.logout(token);
      verifying.get();
      tokens.add(token);
    }
    return tokens;
  }

  @Test
  void refusesOtherSessionsAfterAPasswordChange() throws Exception {
    String email = TestStack.newEmail();
    String first = post(one, "register", TestStack.credentials(email)).field("access_token");
    String second =
        knownToken(post(one, "login", TestStack.credentials(email)).field("access_token"));
    knownToken(first);
    Reply changed =
        one.post(
            "/api/v1/auth/password",
            first,
            Json.of(
                "current_password",
                "seven quiet lanterns",
                "new_password",
                "eight quiet lanterns"));

    assertThat(changed.status()).isEqualTo(200);
    assertThat(one.me(second)).isEqualTo(401);
    assertThat(untilRefused(other, second)).isLessThan(WITH_REDIS);
    assertThat(untilRefused(other, first)).isLessThan(WITH_REDIS);
    assertThat(other.me(changed.field("access_token"))).isEqualTo(200);
  }

  @Test
  void refusesEveryTokenOfARetiredKey() throws Exception {
    String before = knownToken(register());
    String kid = one.get("/api/v1/auth/jwks.json", "").json().at("/keys/0/kid").asText();
    assertThat(operator.backgroundDao(SigningKeyDao.class).retire(kid, AuditContext.EXAMPLE))
        .hasSize(1);

    // No event announces the change.
    assertThat(untilRefused(one, before)).isLessThan(WITHOUT_REDIS);
    assertThat(untilRefused(other, before)).isLessThan(WITHOUT_REDIS);
    // The tokens are refused first; shortly after, a new key replaces the retired one in the JWKS.
    await(
        RECOVERY,
        () -> {
          String published = one.get("/api/v1/auth/jwks.json", "").body();
          return !published.contains(kid)
              && published.equals(other.get("/api/v1/auth/jwks.json", "").body());
        });
    assertThat(other.me(knownToken(register()))).isEqualTo(200);
  }

  @Test
  void refusesATokenRevokedByAServiceAndThenThatServicesKey() throws Exception {
    ServiceKeyDao keys = operator.backgroundDao(ServiceKeyDao.class);
    UUID id = UUID.randomUUID();
    // An invented key in the right format.
    String key = "wg_sk_" + id.toString().replace("-", "") + "AAAAAAAAAAA";
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
    String scopes = String.join(" ", Scopes.REVOKE, Scopes.PERFORMANCE);
    keys.insert(id, "a test", hash, scopes, null, AuditContext.EXAMPLE);
    for (Replica replica : List.of(one, other)) {
      await(RECOVERY, () -> replica.get(PERFORMANCE, key).status() == 200);
    }

    String token = knownToken(register());
    assertThat(one.revoke(token, key).status()).isEqualTo(200);
    assertThat(untilRefused(other, token)).isLessThan(WITH_REDIS);

    assertThat(keys.revoke(id, AuditContext.EXAMPLE)).hasSize(1);
    for (Replica replica : List.of(one, other)) {
      // No event announces the change.
      await(WITHOUT_REDIS, () -> replica.get(PERFORMANCE, key).status() == 401);
    }
  }

  /** Waits until both replicas use Redis again. */
  private static void awaitRevocationsThroughRedis() throws InterruptedException {
    await(
        RECOVERY,
        () -> {
          String token = knownToken(register());
          one.logout(token);
          return untilRefused(other, token).compareTo(WITH_REDIS.dividedBy(4)) < 0;
        });
  }

  private static String register() {
    return post(one, "register", TestStack.credentials(TestStack.newEmail())).field("access_token");
  }

  /** Returns the token after both replicas have verified and cached it. */
  private static String knownToken(String token) {
    assertThat(one.me(token)).isEqualTo(200);
    assertThat(other.me(token)).isEqualTo(200);
    return token;
  }

  private static Duration untilRefused(Replica replica, String token) {
    long began = System.nanoTime();
    await(Duration.ofSeconds(10), () -> replica.me(token) == 401);
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private static void await(Duration limit, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("not within " + limit).isLessThan(end);
      try {
        Thread.sleep(10);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new AssertionError(interrupted);
      }
    }
  }

  private static Reply post(Replica replica, String action, String body) {
    Reply reply = replica.post("/api/v1/auth/" + action, "", body);
    assertThat(reply.status()).as(reply.body()).isLessThan(300);
    return reply;
  }
}
