package dev.warmgate.loadtest.production;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.fault.FaultProxy;
import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.http.Reply;
import dev.warmgate.loadtest.stack.Dependencies;
import dev.warmgate.loadtest.stack.Ports;
import dev.warmgate.loadtest.stack.ServiceProcess;
import dev.warmgate.loadtest.stack.Teardown;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Uses Redis with TLS and an ACL user, behind Sentinels and as a cluster, and lets masters fail
 * under load: no login fails and no revocation is late.
 */
@Tag("full")
final class RedisIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  private static final Duration FAILOVER = Duration.ofSeconds(8);

  /** Without Redis a replica learns of a revocation within this time. */
  private static final Duration REVOKED = Duration.ofSeconds(5);

  /** What an ACL user of Warmgate's needs besides a password, as the documentation has it. */
  private static final String ACL =
      "~rl:* ~vt:* ~warmgate:* ~warm-up:* &warmgate:* "
          + "+@connection +@read +@write +@scripting +publish +subscribe";

  /** Limits that no user of a test reaches. */
  private static final String HIGH_LIMITS =
      Stream.of("login", "register", "refresh", "password", "failed_login", "other")
          .map(limit -> " -Ddw.rate_limits." + limit + "=1000000/1m")
          .collect(Collectors.joining());

  private static final String PASSWORD = "a'b\\c%/@:?#[]";
  private static final String ENCODED = "a%27b%5Cc%25%2F%40%3A%3F%23%5B%5D";

  @TempDir private static Path root;

  private static Path directory;
  private static Dependencies dependencies;

  @BeforeAll
  static void start() throws Exception {
    directory = root.resolve("stack");
    dependencies = Dependencies.start(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    dependencies.close();
  }

  @Test
  void usesTlsOfAnAuthorityOfItsOwnAsAnAclUser() throws Exception {
    try (OwnAuthority authority = OwnAuthority.create();
        DebianRedis redis = DebianRedis.overTls(authority)) {
      redis.command(("ACL SETUSER warmgate on >" + PASSWORD + " " + ACL).split(" ", -1));
      redis.command("ACL", "SETUSER", "default", "off");
      String url = "rediss://warmgate:" + ENCODED + "@localhost:" + redis.port();
      Map<String, String> settings =
          Map.of("REDIS_URL", url, "REDIS_CA_FILE", authority.ca(), "RATE_LIMITS", "on");
      try (ServiceProcess service =
              Production.service(dependencies, settings).named("tls").startReady();
          ApiClient client = new ApiClient(service.baseUrl())) {
        TestStack.await(SOON, () -> redisOf(client).equals("up"));
        uses(client);
        assertThat(Production.lines(directory, "tls", "Redis is unavailable")).isZero();
      }
      try (ServiceProcess service =
              Production.service(dependencies, Map.of("REDIS_URL", url))
                  .named("untrusting")
                  .startReady();
          ApiClient client = new ApiClient(service.baseUrl())) {
        uses(client);
        assertThat(redisOf(client)).isNotEqualTo("up");
        TestStack.await(
            SOON, () -> Production.lines(directory, "untrusting", "redis.url, REDIS_URL") == 1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void followsTheMasterThatSentinelsName(Fault fault) throws Exception {
    try (Teardown started = new Teardown()) {
      DebianRedis master = started.start(() -> DebianRedis.server());
      // Everybody reaches the master through it.
      FaultProxy network = started.start(() -> FaultProxy.to(master.port()));
      DebianRedis replica =
          started.start(() -> DebianRedis.server("replicaof 127.0.0.1 " + network.port()));
      List<String> sentinels = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        sentinels.add(started.start(() -> DebianRedis.sentinel(network.port())).host());
      }
      String url = "redis-sentinel://" + String.join(",", sentinels) + "/0#main";
      failsOver(
          "Redis's master " + fault + ", Sentinels promote the replica",
          "sentinel-" + fault.name(),
          Map.of("REDIS_URL", url),
          () -> {
            assertThat(keys(master)).as("what logins counted").isPositive();
            happens(fault, master, network);
          });
      assertThat(replica.command("ROLE")).startsWith("master");
      assertThat(keys(replica)).as("what logins counted").isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"KILLED", "FROZEN"})
  void followsAClustersFailover(Fault fault) throws Exception {
    try (Teardown started = new Teardown()) {
      List<DebianRedis> nodes = new ArrayList<>();
      List<String> create = new ArrayList<>(List.of("--cluster", "create"));
      for (int i = 0; i < 6; i++) {
        int bus = Ports.claim();
        DebianRedis node =
            started.start(() ->
                DebianRedis.server(
                    "cluster-enabled yes", "cluster-node-timeout 2000", "cluster-port " + bus));
        nodes.add(node);
        create.add(node.host());
      }
      create.addAll(List.of("--cluster-replicas", "1", "--cluster-yes"));
      String _ = nodes.getFirst().command(create.toArray(String[]::new));
      TestStack.await(SOON, () -> isWhole(nodes.getFirst()));
      DebianRedis victim = nodes.get(0);
      String url = "redis://" + victim.host() + "," + nodes.get(1).host();
      failsOver(
          "a master of a Redis Cluster " + fault + ", its replica takes over",
          "cluster-" + fault.name(),
          Map.of("REDIS_URL", url, "REDIS_CLUSTER", "on"),
          () -> {
            assertThat(keys(victim)).as("what logins counted").isPositive();
            happens(fault, victim, null);
          });
      assertThat(isWhole(nodes.get(1))).isTrue();
      assertThat(nodes.get(1).command("CLUSTER", "NODES")).contains("master,fail");
    }
  }

  private static void happens(Fault fault, DebianRedis victim, FaultProxy network)
      throws IOException, InterruptedException {
    switch (fault) {
      case KILLED -> victim.kill();
      case FROZEN -> victim.freeze();
      case CUT_OFF -> network.blackhole();
    }
  }

  private static long keys(DebianRedis redis) throws IOException, InterruptedException {
    return Long.parseLong(redis.command("DBSIZE").replaceAll("\\D", ""));
  }

  /** What may fail as a test does. */
  private interface Event {
    void happens() throws Exception;
  }

  /**
   * Lets a server fail under load, with two replicas of the service that count each login in it.
   */
  private static void failsOver(String what, String name, Map<String, String> redis, Event failure)
      throws Exception {
    Map<String, String> settings = new HashMap<>(redis);
    settings.put("RATE_LIMITS", "on");
    settings.put("JAVA_TOOL_OPTIONS", TestStack.BRIEF.get("JAVA_TOOL_OPTIONS") + HIGH_LIMITS);
    try (ServiceProcess one =
            Production.service(dependencies, settings).named(name + "-one").startReady();
        ServiceProcess other =
            Production.service(dependencies, settings).named(name + "-other").startReady();
        ApiClient first = new ApiClient(one.baseUrl());
        ApiClient second = new ApiClient(other.baseUrl());
        UserLoad load = UserLoad.on(one.baseUrl())) {
      TestStack.await(SOON, () -> redisOf(first).equals("up") && redisOf(second).equals("up"));
      TimeUnit.SECONDS.sleep(2);
      failure.happens();
      for (int i = 0; i < 10; i++) {
        isRevokedInTime(first, second);
      }
      TimeUnit.SECONDS.sleep(FAILOVER.toSeconds());
      TestStack.await(SOON, () -> redisOf(first).equals("up") && redisOf(second).equals("up"));
      isRevokedInTime(first, second);
      int acknowledged = load.endWithoutLoss(one.tailOfLog());
      assertThat(load.failedLogins()).isEmpty();
      assertThat(load.unanswered()).isZero();
      OutageTable.add(what, load.longestSilence(), acknowledged);
    }
  }

  /** Logs out at one replica and checks that the other refuses the token in time. */
  private static void isRevokedInTime(ApiClient first, ApiClient second) throws Exception {
    String account = TestStack.credentials(TestStack.newEmail());
    Reply session = first.post("/api/v1/auth/register", "", account);
    assertThat(session.status()).isEqualTo(201);
    String token = session.field("access_token");
    assertThat(me(second, token)).isEqualTo(200);
    assertThat(first.post("/api/v1/auth/logout", token, "").status()).isEqualTo(204);
    TestStack.await(REVOKED, () -> me(second, token) == 401);
  }

  private static int me(ApiClient client, String token) {
    try {
      return client.get("/api/v1/auth/me", token).status();
    } catch (IOException failed) {
      return 0;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  private static void uses(ApiClient client) throws Exception {
    String account = TestStack.credentials(TestStack.newEmail());
    Reply session = client.post("/api/v1/auth/register", "", account);
    assertThat(session.status()).isEqualTo(201);
    assertThat(client.post("/api/v1/auth/login", "", account).status()).isEqualTo(200);
    Reply refreshed =
        client.post(
            "/api/v1/auth/refresh", "", Json.of("refresh_token", session.field("refresh_token")));
    assertThat(refreshed.status()).isEqualTo(200);
    assertThat(me(client, refreshed.field("access_token"))).isEqualTo(200);
  }

  private static String redisOf(ApiClient client) {
    try {
      return client.get("/api/v1/auth/ping", "").json().at("/redis/status").asText();
    } catch (IOException failed) {
      return "";
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  private static boolean isWhole(DebianRedis node) {
    try {
      return node.command("CLUSTER", "INFO").contains("cluster_state:ok");
    } catch (IOException | InterruptedException failed) {
      return false;
    }
  }
}
