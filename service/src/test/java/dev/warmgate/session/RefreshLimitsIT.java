package dev.warmgate.session;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Dependencies;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.OwnRedis;
import dev.warmgate.testkit.RunningService;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Tests the default limits of refreshing: per address for forged tokens, per session for others.
 */
final class RefreshLimitsIT {
  private static final int FORGED = 60;
  private static final int REFRESHES = 30;
  private static final Pattern WRITES = Pattern.compile("cmdstat_eval(?:sha)?:calls=(\\d+)");
  private static final AtomicInteger ADDRESSES = new AtomicInteger();

  @RegisterExtension static final OwnRedis REDIS = new OwnRedis().start();
  @RegisterExtension static final RunningService SERVICE = service(Dependencies.newDatabaseUrl());
  @RegisterExtension static final RunningService REPLICA = service(SERVICE.databaseUrl());

  private static RunningService service(String database) {
    return new RunningService()
        .with("database.url", database)
        .with("redis.url", REDIS.url())
        .with("switches.rate_limits", "true")
        .with("rate_limits.register", "1000/1m")
        .with("trusted_proxies", "127.0.0.0/8");
  }

  private final ApiClient api = SERVICE.api();
  private final String address = "203.0.113." + ADDRESSES.incrementAndGet();
  private final String token = api.register(newEmail()).text("refresh_token");

  @Test
  void limitsForgedTokensPerAddressButNotValidOnes() {
    String forged = token + "x";
    Answer last = refresh(SERVICE, forged);
    int allowed = 0;
    long started = System.nanoTime();
    while (last.status() == 401 && allowed < 3 * FORGED) {
      assertThat(last.code()).isEqualTo("invalid_refresh_token");
      allowed++;
      last = refresh(allowed % 2 == 0 ? SERVICE : REPLICA, forged);
    }

    assertThat(allowed).isBetween(FORGED, FORGED + 2 + secondsSince(started));
    assertThat(last.code()).isEqualTo("rate_limited");
    assertThat(last.header("Retry-After")).isEqualTo("1");
    assertThat(last.header("RateLimit-Policy")).isEqualTo("\"refresh-forged\";q=60;w=60");
    assertThat(refresh(SERVICE, token).status())
        .as("a valid token from that address")
        .isEqualTo(200);
    assertThat(api.refresh(forged).status()).as("another address").isEqualTo(401);
    Answer oauth = exchange(forged);
    for (int more = 0; oauth.status() == 400 && more < 10; more++) {
      // On a slow machine the bucket may have refilled by one.
      oauth = exchange(forged);
    }
    assertThat(oauth.status()).isEqualTo(429);
    assertThat(oauth.text("error")).isEqualTo("temporarily_unavailable");
  }

  /** Requests without a token have no session either. */
  @Test
  void limitsMalformedRefreshesPerAddressButNotValidOnes() {
    List<String> bodies = List.of("{", "[]", "{}", "{\"refresh_token\": {}}", "{\"x\": 1}");
    int allowed = 0;
    long started = System.nanoTime();
    Answer last = malformed(bodies.getFirst());
    while (last.status() < 429 && allowed < 3 * FORGED) {
      assertThat(last.status()).isIn(400, 422);
      allowed++;
      last =
          allowed % 2 == 0
              ? malformed(bodies.get(allowed % bodies.size()))
              : exchange("", "grant_type=password");
    }

    assertThat(allowed).isBetween(FORGED, FORGED + 2 + secondsSince(started));
    assertThat(last.status()).isEqualTo(429);
    assertThat(last.header("RateLimit-Policy")).isEqualTo("\"refresh-forged\";q=60;w=60");
    assertThat(last.header("Retry-After")).isEqualTo("1");
    assertThat(refresh(SERVICE, token).status())
        .as("a valid token from that address")
        .isEqualTo(200);
  }

  @Test
  void limitsForgedTokensThatAreRevoked() {
    String forged = "token=" + token + "x&client_id=warmgate-first-party";
    int allowed = 0;
    long started = System.nanoTime();
    Answer last = revoke(forged);
    while (last.status() == 200 && allowed < 3 * FORGED) {
      allowed++;
      last = revoke(forged);
    }

    assertThat(allowed).isBetween(FORGED, FORGED + 2 + secondsSince(started));
    assertThat(last.status()).isEqualTo(429);
    assertThat(last.header("RateLimit-Policy")).isEqualTo("\"refresh-forged\";q=60;w=60");
    assertThat(revoke("token=" + token + "&client_id=warmgate-first-party").status())
        .as("a valid token from that address")
        .isEqualTo(200);
    assertThat(api.refresh(token).code()).isEqualTo("session_ended");
  }

  @Test
  void limitsASessionThatIsRefreshedTooOftenWithoutEndingIt() throws Exception {
    String current = token;
    int allowed = 0;
    long started = System.nanoTime();
    Answer answer = refresh(SERVICE, current);
    while (answer.status() == 200 && allowed < 3 * REFRESHES) {
      allowed++;
      current = answer.text("refresh_token");
      answer = refresh(allowed % 2 == 0 ? SERVICE : REPLICA, current);
    }
    assertThat(allowed).isBetween(REFRESHES, REFRESHES + 1 + secondsSince(started) / 2);

    long statements = statements();
    Answer busy = refresh(SERVICE, current);
    assertThat(busy.status()).isEqualTo(503);
    assertThat(busy.code()).isEqualTo("refresh_busy");
    assertThat(Integer.parseInt(busy.header("Retry-After"))).isBetween(1, 2);
    assertThat(refresh(REPLICA, token).status()).as("an old token of the session").isEqualTo(503);
    Answer oauth = exchange(current);
    assertThat(oauth.status()).isEqualTo(503);
    assertThat(oauth.text("error")).isEqualTo("temporarily_unavailable");
    assertThat(oauth.header("Retry-After")).isNotEmpty();
    assertThat(statements()).as("statements of refused requests").isEqualTo(statements);
    String other = api.register(newEmail()).text("refresh_token");
    assertThat(refresh(SERVICE, other).status()).as("another session").isEqualTo(200);

    String last = current;
    Eventually.within(Duration.ofSeconds(10), () -> refresh(SERVICE, last).status() == 200);
  }

  @Test
  void countsThePredecessorToo() {
    for (int i = 0; i < REFRESHES; i++) {
      assertThat(refresh(SERVICE, token).status()).isEqualTo(200);
    }
    Answer last = refresh(SERVICE, token);
    for (int i = 0; i < REFRESHES && last.status() == 200; i++) {
      last = refresh(SERVICE, token);
    }

    assertThat(last.code()).isEqualTo("refresh_busy");
  }

  @Test
  void updatesOneBucketPerRefresh() {
    String[] tokens = new String[10];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = api.register(newEmail()).text("refresh_token");
    }
    try (var client = io.lettuce.core.RedisClient.create(REDIS.url());
        var connection = client.connect()) {
      connection.sync().configResetstat();
      for (String each : tokens) {
        assertThat(refresh(SERVICE, each).status()).isEqualTo(200);
        assertThat(refresh(SERVICE, each).status()).as("repeated").isEqualTo(200);
        assertThat(refresh(SERVICE, each + "x").status()).isEqualTo(401);
      }
      int writes =
          WRITES
              .matcher(connection.sync().info("commandstats"))
              .results()
              .mapToInt(found -> Integer.parseInt(found.group(1)))
              .sum();

      assertThat(writes).isBetween(1, 3 * tokens.length);
    }
  }

  private static long statements() {
    return SERVICE.statements("dev.warmgate.session.")
        + REPLICA.statements("dev.warmgate.session.");
  }

  private Answer refresh(RunningService service, String refreshToken) {
    return service.api().from(address).refresh(refreshToken);
  }

  private Answer malformed(String body) {
    ApiClient client = api.from(address);
    return client.send(client.request("POST", "/api/v1/auth/refresh", null, body));
  }

  private Answer exchange(String refreshToken) {
    return exchange(refreshToken, "grant_type=refresh_token");
  }

  private Answer exchange(String refreshToken, String grant) {
    String form = grant + "&client_id=warmgate-first-party&refresh_token=" + refreshToken;
    return api.send(api.from(address).form("/oauth/token", form));
  }

  private Answer revoke(String form) {
    return api.send(api.from(address).form("/api/v1/auth/revoke", form));
  }

  private static int secondsSince(long nanos) {
    return (int) ((System.nanoTime() - nanos) / 1_000_000_000);
  }
}
