package dev.warmgate;

import static dev.warmgate.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.database.Database;
import dev.warmgate.database.DatabaseConfiguration;
import dev.warmgate.database.DatabaseUrl;
import dev.warmgate.redis.Redis;
import dev.warmgate.redis.RedisConfiguration;
import dev.warmgate.redis.RedisUrl;
import dev.warmgate.revocation.RevocationDao;
import dev.warmgate.revocation.RevocationFeed;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.token.KeyCipher;
import dev.warmgate.token.KeyRotation;
import dev.warmgate.token.KeysConfiguration;
import dev.warmgate.token.SigningKeyDao;
import dev.warmgate.token.SigningKeys;
import io.dropwizard.util.Duration;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Jwk;
import io.jsonwebtoken.security.Jwks;
import io.opentelemetry.api.OpenTelemetry;
import java.security.Key;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two replicas, whose keys are replaced by age, by hand and in a hurry. */
final class KeyRotationIT {
  private static final String URL = Dependencies.newDatabaseUrl();
  private static final java.time.Duration SOON = java.time.Duration.ofSeconds(30);

  /** Others may hold the published keys for so long here. */
  private static final long MAX_AGE_NANOS = java.time.Duration.ofSeconds(2).toNanos();

  @RegisterExtension static final RunningService ONE = service();
  @RegisterExtension static final RunningService OTHER = service();

  private static Database database;
  private static Redis redis;

  /** The operator's, in another process. */
  private static KeyRotation operator;

  private static RunningService service() {
    return new RunningService()
        .with("database.url", URL)
        .with("keys.rotate_after", "1d")
        .with("keys.publish_ahead", "8s")
        .with("keys.reload", "500ms");
  }

  @BeforeAll
  static void makeOperator() {
    database =
        new Database(
            new DatabaseConfiguration(DatabaseUrl.parse(URL), 1, null, null, null, null, null),
            true,
            new MetricRegistry());
    redis =
        new Redis(
            new RedisConfiguration(new RedisUrl(Dependencies.redisUrl()), null),
            OpenTelemetry.noop());
    redis.connect();
    operator = rotation();
  }

  private static KeyRotation rotation() {
    SigningKeyDao dao = database.backgroundDao(SigningKeyDao.class);
    KeyCipher cipher = new KeyCipher(new SecretKeys(RunningService.KEY));
    RevocationFeed feed =
        new RevocationFeed(
            database.backgroundDao(RevocationDao.class), redis, java.time.Duration.ofMinutes(15));
    return new KeyRotation(
        dao,
        cipher,
        new SigningKeys(dao, cipher, Clock.systemUTC(), OpenTelemetry.noop()),
        feed,
        new KeysConfiguration(Duration.days(1), Duration.seconds(8), null),
        Clock.systemUTC());
  }

  @AfterAll
  static void stopOperator() throws Exception {
    redis.stop();
    database.stop();
  }

  private final ApiClient one = ONE.api();
  private final ApiClient other = OTHER.api();

  @BeforeEach
  void leaveOneYoungKey() throws Exception {
    ONE.sql(
        "UPDATE signing_key SET signs_from = now() - INTERVAL '1 minute' WHERE id = ?", signing());
    for (KeyRotation.Listed key : operator.list()) {
      if (key.state() != KeyRotation.State.SIGNING) {
        operator.retire(key.id());
      }
    }
    Eventually.within(SOON, () -> published(one).size() == 1 && published(other).size() == 1);
  }

  @Test
  void replaceAnOldKeyUnderLoadWithoutRefusingOneToken() throws Exception {
    String old = signing();
    List<String> sessions = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      sessions.add(one.register(newEmail()).text("refresh_token"));
    }
    ONE.sql("UPDATE signing_key SET signs_from = now() - INTERVAL '1 day'");
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    Set<String> signers = ConcurrentHashMap.newKeySet();
    AtomicBoolean enough = new AtomicBoolean();
    Thread load =
        Thread.ofPlatform()
            .start(() -> {
              try {
                Parallel.run(4, i -> verifyUntil(enough, sessions.get(i), signers, failures));
              } catch (Exception failed) {
                failures.add(failed.toString());
              }
            });
    try {
      Eventually.within(SOON, () -> signers.size() == 2 || !failures.isEmpty());
      Thread.sleep(2000);
    } finally {
      enough.set(true);
      load.join();
    }

    assertThat(failures).isEmpty();
    assertThat(signers).contains(old).hasSize(2);
    assertThat(published(one))
        .isEqualTo(published(other))
        .containsExactlyInAnyOrderElementsOf(signers);
    assertThat(operator.list())
        .extracting(KeyRotation.Listed::state)
        .containsExactly(KeyRotation.State.SIGNING, KeyRotation.State.RETIRED);

    // Its last token has expired long ago.
    ONE.sql("UPDATE signing_key SET signs_from = signs_from - INTERVAL '2 hours'");
    Eventually.within(SOON, () -> !published(one).contains(old) && !published(other).contains(old));
    assertThat(published(one)).hasSize(1);
  }

  /** Tokens of each replica, checked by the other one and by somebody with the published keys. */
  private Long verifyUntil(
      AtomicBoolean enough, String session, Set<String> signers, Queue<String> failures) {
    String refreshToken = session;
    Map<String, Key> known = Map.of();
    long fetched = 0;
    long rounds = 0;
    while (!enough.get()) {
      ApiClient signer = rounds % 2 == 0 ? one : other;
      ApiClient verifier = rounds % 2 == 0 ? other : one;
      rounds++;
      Answer pair = signer.refresh(refreshToken);
      String token = pair.text("access_token");
      if (pair.status() != 200 || verifier.me(token).status() != 200) {
        failures.add(pair.status() + " " + pair.code() + ", " + verifier.me(token).code());
        return rounds;
      }
      refreshToken = pair.text("refresh_token");
      if (System.nanoTime() - fetched > MAX_AGE_NANOS) {
        fetched = System.nanoTime();
        known = keys(verifier);
      }
      signers.add(keyId(token));
      Key key = known.get(keyId(token));
      if (key == null) {
        failures.add("not published: " + keyId(token));
        return rounds;
      }
      Jwts.parser().verifyWith((java.security.PublicKey) key).build().parseSignedClaims(token);
    }
    return rounds;
  }

  @Test
  void makeOneNextKeyHoweverCloseTheyAre() throws Exception {
    List<KeyRotation> replicas = List.of(operator, rotation(), rotation());
    ONE.sql("UPDATE signing_key SET signs_from = now() - INTERVAL '1 day'");
    for (int round = 0; round < 5; round++) {
      Parallel.run(
          6,
          i -> {
            replicas.get(i % 3).tend();
            return i;
          });
      assertThat(operator.list()).hasSize(2);
      ONE.sql("DELETE FROM signing_key WHERE signs_from > now()");
    }
  }

  @Test
  void putANewKeyOnStandbyByHandAndOnlyOne() throws Exception {
    String old = signing();
    KeyRotation.Listed next = operator.rotate().orElseThrow();

    assertThat(next.state()).isEqualTo(KeyRotation.State.STANDBY);
    assertThat(operator.rotate()).isEmpty();
    Eventually.within(
        SOON,
        () ->
            published(one).equals(Set.of(old, next.id()))
                && published(other).equals(Set.of(old, next.id())));
  }

  @Test
  void replaceAKeyThatMayBeStolenAtOnce() throws Exception {
    long fastest = Long.MAX_VALUE;
    for (int round = 0; round < 3; round++) {
      String stolen = signing();
      String token = one.register(newEmail()).text("access_token");
      assertThat(other.me(token).status()).isEqualTo(200);
      operator.retire(stolen);
      long retired = System.nanoTime();
      Eventually.within(
          java.time.Duration.ofSeconds(5),
          () ->
              other.me(token).code().equals("invalid_token")
                  && one.me(token).code().equals("invalid_token"));
      fastest = Math.min(fastest, System.nanoTime() - retired);

      String fresh = one.register(newEmail()).text("access_token");
      assertThat(keyId(fresh)).isNotEqualTo(stolen);
      assertThat(other.me(fresh).status()).isEqualTo(200);
      assertThat(operator.retire(stolen)).isFalse();
    }
    assertThat(java.time.Duration.ofNanos(fastest)).isLessThan(java.time.Duration.ofSeconds(1));
  }

  @Test
  void letTheKeyOnStandbyStepInForAStolenOne() throws Exception {
    String stolen = signing();
    String standby = operator.rotate().orElseThrow().id();
    Eventually.within(SOON, () -> published(one).size() == 2);
    operator.retire(stolen);

    assertThat(operator.list())
        .singleElement()
        .satisfies(key -> assertThat(key.id()).isEqualTo(standby))
        .satisfies(key -> assertThat(key.state()).isEqualTo(KeyRotation.State.SIGNING));
    Eventually.within(SOON, () -> published(one).equals(Set.of(standby)));
    assertThat(keyId(one.register(newEmail()).text("access_token"))).isEqualTo(standby);
  }

  private static String signing() {
    return operator.list().stream()
        .filter(key -> key.state() == KeyRotation.State.SIGNING)
        .findFirst()
        .orElseThrow()
        .id();
  }

  private static Set<String> published(ApiClient api) {
    return keys(api).keySet();
  }

  private static Map<String, Key> keys(ApiClient api) {
    Map<String, Key> keys = new HashMap<>();
    for (JsonNode key : api.get("/.well-known/jwks.json").body().path("keys")) {
      Jwk<?> jwk = Jwks.parser().build().parse(key.toString());
      keys.put(jwk.getId(), jwk.toKey());
    }
    return keys;
  }

  private static String keyId(String token) {
    try {
      return new ObjectMapper()
          .readTree(Base64.getUrlDecoder().decode(token.split("\\.", 2)[0]))
          .path("kid")
          .asText();
    } catch (java.io.IOException notJson) {
      throw new IllegalArgumentException(notJson);
    }
  }
}
