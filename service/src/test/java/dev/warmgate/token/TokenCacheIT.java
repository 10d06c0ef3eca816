package dev.warmgate.token;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.OwnRedis;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.Secrets;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests the cache of verified tokens in the process and in the Redis that two replicas share. */
final class TokenCacheIT {
  private static final String LOOKUPS = "dev.warmgate.token.TokenStateDao";
  private static final String DATABASE = Dependencies.newDatabaseUrl();

  @RegisterExtension static final OwnRedis REDIS = new OwnRedis().start();

  @RegisterExtension
  static final RunningService ONE =
      new RunningService()
          .withManyConnections()
          .with("database.url", DATABASE)
          .with("redis.url", REDIS.url());

  @RegisterExtension
  static final RunningService OTHER =
      new RunningService()
          .withManyConnections()
          .with("database.url", DATABASE)
          .with("redis.url", REDIS.url());

  private static RedisClient client;
  private static RedisCommands<byte[], byte[]> redis;

  @BeforeAll
  static void connect() {
    client = RedisClient.create(REDIS.url());
    redis = client.connect(ByteArrayCodec.INSTANCE).sync();
  }

  @AfterAll
  static void disconnect() {
    client.shutdown();
  }

  private final String email = newEmail();
  private final Answer registered = ONE.api().register(email);

  /** From a refresh, so that no replica knows the access token. */
  private final Answer session = refreshed(registered);

  private final String token = session.text("access_token");

  @Test
  void queriesPostgresOnceForConcurrentRequestsWithAnUnknownToken() throws Exception {
    long before = ONE.statements(LOOKUPS);
    List<Answer> answers = Parallel.run(24, i -> ONE.api().me(token));

    assertThat(answers).extracting(Answer::status).containsOnly(200);
    assertThat(answers).extracting(answer -> answer.text("email")).containsOnly(email);
    assertThat(ONE.statements(LOOKUPS) - before).isEqualTo(1);
  }

  @Test
  void knowsTheTokenOfALoginBeforeItsFirstUse() throws Exception {
    String fresh = ONE.api().login(email, PASSWORD).text("access_token");
    awaitShared(fresh);
    long before = ONE.statements(LOOKUPS) + OTHER.statements(LOOKUPS);

    assertThat(ONE.api().me(fresh).text("email")).isEqualTo(email);
    assertThat(OTHER.api().me(fresh).text("email")).isEqualTo(email);
    assertThat(ONE.statements(LOOKUPS) + OTHER.statements(LOOKUPS)).isEqualTo(before);
  }

  @Test
  void knowsWhatVerifyingTheTokenOfALoginWouldReturn() throws Exception {
    String fresh = ONE.api().login(email, PASSWORD).text("access_token");
    Answer known = ONE.api().me(fresh);
    awaitShared(fresh);
    redis.del(keyOf(fresh));

    assertThat(OTHER.api().me(fresh).body()).isEqualTo(known.body());
  }

  @Test
  void refusesTheTokenOfALoginOnceItsSessionsHaveEnded() throws Exception {
    for (String scope : List.of("local", "global")) {
      String fresh = ONE.api().login(email, PASSWORD).text("access_token");
      awaitShared(fresh);
      String logout = "/api/v1/auth/logout?scope=" + scope;
      assertThat(OTHER.api().post(logout, fresh, Map.of()).status()).isEqualTo(204);

      assertThat(OTHER.api().me(fresh).code()).isEqualTo("session_ended");
      Eventually.within(
          Duration.ofSeconds(5), () -> ONE.api().me(fresh).code().equals("session_ended"));
    }
  }

  @Test
  void acceptsTheTokenOfALoginAfterAnEndOfAllSessions() {
    String logout = "/api/v1/auth/logout?scope=global";
    assertThat(ONE.api().post(logout, token, Map.of()).status()).isEqualTo(204);

    String fresh = ONE.api().login(email, PASSWORD).text("access_token");
    assertThat(ONE.api().me(fresh).status()).isEqualTo(200);
    assertThat(OTHER.api().me(fresh).status()).isEqualTo(200);
  }

  @Test
  void queriesNeitherPostgresNorRedisForAKnownToken() {
    ONE.api().me(token);
    long before = ONE.statements(LOOKUPS);
    long hits = redisLookups();
    for (int i = 0; i < 20; i++) {
      assertThat(ONE.api().me(token).status()).isEqualTo(200);
    }

    assertThat(ONE.statements(LOOKUPS)).isEqualTo(before);
    assertThat(redisLookups()).isEqualTo(hits);
  }

  @Test
  void sharesVerifiedTokensThroughRedis() throws Exception {
    Answer here = ONE.api().me(token);
    awaitShared(token);
    long before = OTHER.statements(LOOKUPS);
    Answer there = OTHER.api().me(token);

    assertThat(there.status()).isEqualTo(200);
    assertThat(there.body()).isEqualTo(here.body());
    assertThat(OTHER.statements(LOOKUPS)).isEqualTo(before);
  }

  @Test
  void storesNothingReadableInRedis() throws Exception {
    ONE.api().me(token);
    awaitShared(token);

    for (byte[] key : redis.keys("*")) {
      for (byte[] bytes : List.of(key, redis.get(key))) {
        assertThat(new String(bytes, UTF_8))
            .doesNotContain(email, "example.com", token, session.text("session_id"), "user");
      }
    }
    assertThat(redis.pttl(keyOf(token))).isBetween(1L, Duration.ofMinutes(5).toMillis());
  }

  @Test
  void ignoresEntriesThatWereTamperedWith() throws Exception {
    String otherToken = ONE.api().register(newEmail()).text("access_token");
    ONE.api().me(otherToken);
    awaitShared(otherToken);
    byte[] foreign = redis.get(keyOf(otherToken));

    List<UnaryOperator<byte[]>> damages =
        List.of(
            value -> foreign,
            value -> new byte[0],
            value -> new byte[12],
            value -> new byte[200],
            value -> java.util.Arrays.copyOf(value, value.length - 1),
            value -> {
              value[20] ^= 1;
              return value;
            });
    for (UnaryOperator<byte[]> damage : damages) {
      String own = newEmail();
      String fresh = refreshed(ONE.api().register(own)).text("access_token");
      ONE.api().me(fresh);
      awaitShared(fresh);
      redis.set(keyOf(fresh), damage.apply(redis.get(keyOf(fresh))));

      Answer there = OTHER.api().me(fresh);
      assertThat(there.status()).isEqualTo(200);
      assertThat(there.text("email")).isEqualTo(own);
    }
    redis.set(keyOf("made.up.token"), foreign);
    assertThat(OTHER.api().me("made.up.token").code()).isEqualTo("invalid_token");
  }

  @Test
  void ignoresEntriesEncryptedWithAnotherSecret() throws Exception {
    RunningService otherSecret =
        new RunningService()
            .withManyConnections()
            .with("database.url", DATABASE)
            .with("redis.url", REDIS.url())
            .with("secrets.refresh_keys", Secrets.of("other"));
    otherSecret.start();
    try {
      ONE.api().me(token);
      awaitShared(token);
      long before = otherSecret.statements(LOOKUPS);

      assertThat(otherSecret.api().me(token).status()).isEqualTo(200);
      assertThat(otherSecret.statements(LOOKUPS) - before).isEqualTo(1);
    } finally {
      otherSecret.stop();
    }
  }

  @Test
  void refusesACachedTokenWhoseSessionExpired() throws Exception {
    ONE.sql(
        "UPDATE session SET expires_at = now() + INTERVAL '1 s' WHERE id = ?::uuid",
        session.text("session_id"));
    assertThat(ONE.api().me(token).status()).isEqualTo(200);

    Eventually.within(
        Duration.ofSeconds(5), () -> ONE.api().me(token).code().equals("session_ended"));
  }

  @Test
  void queriesPostgresForEveryTokenIfTheCacheIsOff() throws Exception {
    RunningService uncached =
        new RunningService()
            .withManyConnections()
            .with("database.url", DATABASE)
            .with("redis.url", REDIS.url())
            .with("switches.token_cache", "false");
    uncached.start();
    try {
      long before = uncached.statements(LOOKUPS);
      for (int i = 0; i < 3; i++) {
        assertThat(uncached.api().me(token).status()).isEqualTo(200);
      }
      assertThat(uncached.statements(LOOKUPS) - before).isEqualTo(3);
      assertThat(redis.get(keyOf(token))).isNull();
    } finally {
      uncached.stop();
    }
  }

  private static Answer refreshed(Answer session) {
    return ONE.api().refresh(session.text("refresh_token"));
  }

  private static void awaitShared(String token) throws Exception {
    Eventually.within(Duration.ofSeconds(5), () -> redis.get(keyOf(token)) != null);
  }

  private static byte[] keyOf(String token) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
      byte[] key = new byte[hash.length + 3];
      System.arraycopy("vt:".getBytes(UTF_8), 0, key, 0, 3);
      System.arraycopy(hash, 0, key, 3, hash.length);
      return key;
    } catch (java.security.NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static long redisLookups() {
    return redis
        .info("commandstats")
        .lines()
        .filter(line -> line.startsWith("cmdstat_get:"))
        .map(line -> line.replaceAll(".*calls=(\\d+),.*", "$1"))
        .mapToLong(Long::parseLong)
        .sum();
  }
}
