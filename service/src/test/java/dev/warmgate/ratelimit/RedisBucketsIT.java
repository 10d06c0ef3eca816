package dev.warmgate.ratelimit;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.request.Limit;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.OwnRedis;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.Secrets;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests what Redis reveals of the buckets, and which of them it keeps when it is full. */
final class RedisBucketsIT {
  private static final AtomicInteger ADDRESSES = new AtomicInteger();

  @RegisterExtension static final OwnRedis REDIS = new OwnRedis().start();
  @RegisterExtension static final RunningService SERVICE = service();

  private final String address = newAddress();

  private static RunningService service() {
    return new RunningService()
        .with("redis.url", REDIS.url())
        .with("switches.rate_limits", "true")
        .with("trusted_proxies", "127.0.0.0/8");
  }

  private static String newAddress() {
    return "198.51.100." + ADDRESSES.incrementAndGet();
  }

  @Test
  void keepsNeitherAddressesNorAccountsInRedis() {
    String email = newEmail();
    login(SERVICE, email, "wrong password", address);

    try (var client = io.lettuce.core.RedisClient.create(REDIS.url());
        var connection = client.connect(io.lettuce.core.codec.ByteArrayCodec.INSTANCE)) {
      assertThat(connection.sync().keys("*"))
          .isNotEmpty()
          .allSatisfy(key -> {
            assertThat(new String(key, StandardCharsets.ISO_8859_1))
                .matches("(?s)rl:.*|warmgate:probe|warm-up:[0-9a-f-]{36}")
                .doesNotContain(email, address);
            assertThat(connection.sync().pttl(key)).as("has an expiry").isPositive();
          });
    }
  }

  /** Someone who reads Redis may know the address of the account that they attack. */
  @Test
  void namesNoBucketByWhatSomeoneCouldGuess() throws Exception {
    String email = newEmail();
    login(SERVICE, email, "wrong password", address);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");

    try (var client = io.lettuce.core.RedisClient.create(REDIS.url());
        var connection = client.connect(io.lettuce.core.codec.ByteArrayCodec.INSTANCE)) {
      Set<String> names = new HashSet<>();
      connection.sync().keys("rl:*").forEach(key -> names.add(HexFormat.of().formatHex(key)));
      assertThat(names).isNotEmpty();
      for (Limit limit : Limit.values()) {
        for (String subject : List.of(email, address)) {
          for (String guess :
              List.of(subject, limit.name() + ":" + subject, limit + ":" + subject)) {
            byte[] hash = digest.digest(guess.getBytes(StandardCharsets.UTF_8));
            assertThat(names)
                .doesNotContain(
                    HexFormat.of().formatHex("rl:".getBytes(StandardCharsets.US_ASCII))
                        + HexFormat.of().formatHex(hash));
          }
        }
      }
    }
  }

  @Test
  void countsApartFromAServiceWithAnotherSecret() throws Exception {
    RunningService stranger = service().with("secrets.refresh_keys", Secrets.of("k1"));
    stranger.start();
    try {
      for (int i = 0; i < 21; i++) {
        attempt(SERVICE, "register", address);
      }

      assertThat(attempt(stranger, "register", address).status()).isEqualTo(422);
    } finally {
      stranger.stop();
    }
  }

  /** With the policy of docker-compose.yml, what expires first is evicted first. */
  @Test
  void keepsCountingGuessesWhileTheCacheOfTokensFillsRedis() throws Exception {
    String policy =
        Files.readString(Path.of("../docker-compose.yml"))
            .replaceAll("(?s).*maxmemory-policy (\\S+).*", "$1");
    String email = newEmail();
    for (int i = 0; i < 10; i++) {
      assertThat(login(SERVICE, email, "wrong password", newAddress()).status()).isEqualTo(401);
    }
    try (var client = io.lettuce.core.RedisClient.create(REDIS.url());
        var connection = client.connect()) {
      RedisCommands<String, String> redis = connection.sync();
      try {
        redis.configSet("maxmemory-policy", policy);
        redis.configSet(
            "maxmemory", Long.toString(number(redis, "memory", "used_memory") + 1_000_000));
        long before = number(redis, "stats", "evicted_keys");
        String token = "x".repeat(2_000);
        for (int i = 0; number(redis, "stats", "evicted_keys") < before + 2_000; i++) {
          for (int n = 0; n < 100; n++) {
            redis.set("vt:" + i + ":" + n, token, SetArgs.Builder.px(Duration.ofMinutes(5)));
          }
        }

        // One that has counted nothing itself.
        RunningService replica = service();
        replica.start();
        try {
          assertThat(login(replica, email, PASSWORD, newAddress()).code())
              .isEqualTo("rate_limited");
        } finally {
          replica.stop();
        }
      } finally {
        redis.configSet("maxmemory", "0");
        redis.flushall();
      }
    }
  }

  private static long number(RedisCommands<String, String> redis, String section, String field) {
    return Long.parseLong(redis.info(section).replaceAll("(?s).*\\b" + field + ":(\\d+).*", "$1"));
  }

  private static Answer login(RunningService service, String email, String password, String from) {
    return service.api().from(from).login(email, password);
  }

  /** Sends an invalid request, which is counted but refused before a password is hashed. */
  private static Answer attempt(RunningService service, String endpoint, String from) {
    return service.api().from(from).post("/api/v1/auth/" + endpoint, Map.of("unknown", 1));
  }
}
