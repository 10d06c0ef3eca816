package dev.warmgate.ratelimit;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.OwnRedis;
import dev.warmgate.testkit.RunningService;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Tests the default limits. A bucket refills while a test runs, so the expected ranges grow with
 * the time that the test takes.
 */
final class RateLimitsIT {
  /** Of scripts too, which compare the bucket before they write it. */
  private static final Pattern CALLS_OF_GET = Pattern.compile("cmdstat_get:calls=(\\d+)");

  private static final AtomicInteger ADDRESSES = new AtomicInteger();

  @RegisterExtension static final OwnRedis REDIS = new OwnRedis().start();
  @RegisterExtension static final RunningService SERVICE = service();
  @RegisterExtension static final RunningService REPLICA = service();

  private final ApiClient api = SERVICE.api();
  private final String address = newAddress();

  private static RunningService service() {
    return new RunningService()
        .with("redis.url", REDIS.url())
        // A busy machine may answer later, and requests would then be counted in memory.
        .with("redis.command_timeout", "500ms")
        .with("switches.rate_limits", "true")
        .with("trusted_proxies", "127.0.0.0/8");
  }

  private static String newAddress() {
    return "203.0.113." + ADDRESSES.incrementAndGet();
  }

  @Test
  void allows60LoginsAMinutePerAddress() {
    long started = System.nanoTime();
    int allowed = allowedBeforeLimit(SERVICE, "login", address);

    assertThat(allowed).isBetween(60, 61 + secondsSince(started));
    assertThat(attempt(SERVICE, "login", newAddress()).status()).isEqualTo(422);
    assertThat(attempt(SERVICE, "register", address).status()).isEqualTo(422);
  }

  @Test
  @Tag("quick")
  void allows20RegistrationsAMinutePerAddress() {
    long started = System.nanoTime();
    int allowed = allowedBeforeLimit(SERVICE, "register", address);

    assertThat(allowed).isBetween(20, 21 + secondsSince(started) / 3);
    assertThat(attempt(SERVICE, "register", newAddress()).status()).isEqualTo(422);
  }

  @Test
  void tellsWhenToRetry() {
    allowedBeforeLimit(SERVICE, "register", address);
    Answer refused = attempt(SERVICE, "register", address);

    assertThat(refused.code()).isEqualTo("rate_limited");
    assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
    assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 3);
  }

  @Test
  void countsAcrossReplicas() {
    long started = System.nanoTime();
    for (int i = 0; i < 30; i++) {
      assertThat(attempt(REPLICA, "login", address).status()).isEqualTo(422);
    }
    int allowed = allowedBeforeLimit(SERVICE, "login", address);

    assertThat(allowed).isBetween(30, 31 + secondsSince(started));
    long exhausted = System.nanoTime();
    int more = allowedBeforeLimit(REPLICA, "login", address);
    assertThat(more).isLessThanOrEqualTo(1 + secondsSince(exhausted));
  }

  /** Each finds the bucket changed by the other, and must not trust what it has written last. */
  @Test
  void countsAcrossReplicasThatTakeTurns() {
    long started = System.nanoTime();
    int allowed = 0;
    while (attempt(allowed % 2 == 0 ? SERVICE : REPLICA, "login", address).status() == 422) {
      allowed++;
    }

    assertThat(allowed).isBetween(60, 61 + secondsSince(started));
  }

  @Test
  void countsTheRealAddressAndNotAForgedOne() {
    long started = System.nanoTime();
    int allowed = 0;
    while (attempt(SERVICE, "register", "198.51.100." + allowed + ", " + address).status() == 422) {
      allowed++;
    }

    assertThat(allowed).isBetween(20, 21 + secondsSince(started) / 3);
  }

  @Test
  void allows10WrongPasswordsPerAccountFromAllAddresses() {
    String email = newEmail();
    register(email);
    for (int i = 0; i < 10; i++) {
      RunningService either = i % 2 == 0 ? SERVICE : REPLICA;
      assertThat(login(either, email, "wrong password", newAddress()).status()).isEqualTo(401);
    }

    Answer refused =
        login(SERVICE, email.toUpperCase(java.util.Locale.ROOT), PASSWORD, newAddress());
    assertThat(refused.status()).isEqualTo(429);
    assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 60);
    assertThat(login(REPLICA, email, "wrong password", newAddress()).status()).isEqualTo(429);
  }

  /** What a replica counts by itself must not outlive it. This one has another database. */
  @Test
  void anUnlockAtOneReplicaCountsAtAll() throws Exception {
    String email = newEmail();
    register(email);
    for (int i = 0; i < 10; i++) {
      assertThat(login(REPLICA, email, "wrong password", newAddress()).status()).isEqualTo(401);
    }
    assertThat(login(REPLICA, email, PASSWORD, newAddress()).status()).isEqualTo(429);
    String id = SERVICE.value("SELECT id FROM account WHERE email = ?", email);
    String admin = AdminAccount.token(SERVICE);

    String unlock = "/api/v1/admin/accounts/" + id + "/unlock";
    assertThat(api.post(unlock, admin, Map.of()).status()).isEqualTo(204);

    Eventually.within(
        Duration.ofSeconds(5), () -> login(REPLICA, email, PASSWORD, newAddress()).status() == 401);
  }

  @Test
  void limitsUnknownAccountsLikeKnownOnes() {
    String unknown = newEmail();
    for (int i = 0; i < 10; i++) {
      assertThat(login(SERVICE, unknown, "wrong password", address).status()).isEqualTo(401);
    }

    assertThat(login(SERVICE, unknown, "wrong password", address).status()).isEqualTo(429);
  }

  @Test
  void doesNotCountCorrectPasswords() {
    String email = newEmail();
    register(email);
    for (int i = 0; i < 9; i++) {
      assertThat(login(SERVICE, email, "wrong password", address).status()).isEqualTo(401);
    }
    for (int i = 0; i < 5; i++) {
      assertThat(login(SERVICE, email, PASSWORD, address).status()).isEqualTo(200);
    }

    assertThat(login(SERVICE, email, "wrong password", address).status()).isEqualTo(401);
    assertThat(login(SERVICE, email, PASSWORD, address).status()).isEqualTo(429);
  }

  @Test
  void doesNotCountGuessesAtAnotherAccount() {
    String email = newEmail();
    register(email);
    String other = newEmail();
    for (int i = 0; i < 11; i++) {
      login(SERVICE, other, "wrong password", address);
    }

    assertThat(login(SERVICE, email, PASSWORD, address).status()).isEqualTo(200);
  }

  /**
   * Concurrent updates of one bucket would conflict in Redis, and each loser would read it again.
   */
  @Test
  void readsRedisAtMostOncePerConcurrentRequest() throws Exception {
    int requests = 200;
    try (var client = io.lettuce.core.RedisClient.create(REDIS.url());
        var connection = client.connect()) {
      connection.sync().configResetstat();
      try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
        for (int i = 0; i < requests; i++) {
          threads.execute(() -> attempt(SERVICE, "login", address));
        }
      }

      assertThat(reads(connection.sync())).isBetween(1, requests);
      long exhausted = System.nanoTime();
      int more = allowedBeforeLimit(SERVICE, "login", address);
      assertThat(more).isLessThanOrEqualTo(1 + secondsSince(exhausted));
    }
  }

  @Test
  void readsNoBucketThatNobodyElseChanges() {
    int requests = 30;
    try (var client = io.lettuce.core.RedisClient.create(REDIS.url());
        var connection = client.connect()) {
      connection.sync().configResetstat();
      for (int i = 0; i < requests; i++) {
        assertThat(attempt(SERVICE, "login", address).status()).isEqualTo(422);
      }

      // Only the script does, except that of the first, which expects none.
      assertThat(reads(connection.sync())).isEqualTo(requests - 1);
    }
  }

  private static int reads(RedisCommands<String, String> redis) {
    Matcher reads = CALLS_OF_GET.matcher(redis.info("commandstats"));
    assertThat(reads.find()).isTrue();
    return Integer.parseInt(reads.group(1));
  }

  private void register(String email) {
    Answer registered = api.from(newAddress()).register(email);
    assertThat(registered.status()).as("%s", registered.body()).isEqualTo(201);
  }

  private static Answer login(RunningService service, String email, String password, String from) {
    return service.api().from(from).login(email, password);
  }

  /** Sends an invalid request, which is counted but refused before a password is hashed. */
  private static Answer attempt(RunningService service, String endpoint, String from) {
    return service.api().from(from).post("/api/v1/auth/" + endpoint, Map.of("unknown", 1));
  }

  private static int allowedBeforeLimit(RunningService service, String endpoint, String from) {
    int allowed = 0;
    Answer answer = attempt(service, endpoint, from);
    while (answer.status() != 429) {
      assertThat(answer.status()).isEqualTo(422);
      allowed++;
      answer = attempt(service, endpoint, from);
    }
    return allowed;
  }

  private static int secondsSince(long nanos) {
    return (int) ((System.nanoTime() - nanos) / 1_000_000_000);
  }
}
