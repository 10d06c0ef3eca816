package dev.warmgate.loadtest.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.load.Admin;
import dev.warmgate.loadtest.testkit.TestStack;
import dev.warmgate.loadtest.trace.TracedClient;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks that the start-up cache hides nothing from the agent, which cannot instrument classes that
 * were linked before it: with the cache and without, the same requests leave the same spans and
 * metrics.
 */
@Tag("full")
final class StartupCacheIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final int LOGINS_AT_ONCE = 16;

  /** The pool's empty statement, sent on a connection that was idle for half a second or more. */
  private static final String VALIDITY_CHECK = "warmgate|warmgate";

  /** The metric of waits for a connection that failed, which is there once one did. */
  private static final String TIMEOUTS = "db.client.connection.timeouts";

  private static final Map<String, String> SETTINGS =
      Map.of(
          // What is done now and then is done in both runs, or in neither.
          "JAVA_TOOL_OPTIONS", "-Ddw.keys.reload=1s -Ddw.housekeeping.interval=1h",
          "RATE_LIMITS", "off",
          "WARMUP_HTTP", "on",
          "WEBHOOKS_ALLOW", "127.0.0.0/8",
          "OTEL_METRIC_EXPORT_INTERVAL", "1000");

  @TempDir private Path directory;

  /**
   * What the agent told.
   *
   * @param requests for each request how often each span was in its trace
   * @param spans the names of all spans
   */
  private record Told(
      Map<String, Map<String, Long>> requests, Set<String> spans, Set<String> metrics) {}

  @Test
  void leavesTheSpansAndMetricsOfAServiceWithoutIt() throws Exception {
    Told without = told("without", "off");
    Told with = told("with", "on");

    assertThat(with.requests()).isEqualTo(without.requests());
    assertThat(with.spans()).containsExactlyInAnyOrderElementsOf(without.spans());
    assertThat(with.metrics()).containsExactlyInAnyOrderElementsOf(without.metrics());
    assertThat(with.requests().get("login").keySet())
        .contains("POST /api/v1/auth/login", "filter rate-limit", "SELECT account");
    assertThat(with.spans()).contains(VALIDITY_CHECK);
    assertThat(with.metrics()).contains("db.client.connection.count", "jvm.memory.used");
  }

  private Told told(String name, String cache) throws Exception {
    Map<String, String> settings = new LinkedHashMap<>(SETTINGS);
    settings.put("AOT", cache);
    Set<String> metrics = new ConcurrentSkipListSet<>();
    try (Stack stack = TestStack.start(directory.resolve(name), settings)) {
      stack
          .spans()
          .handMetricsTo(export -> {
            for (ResourceMetrics resource : export.getResourceMetricsList()) {
              for (ScopeMetrics scope : resource.getScopeMetricsList()) {
                scope.getMetricsList().stream().map(Metric::getName).forEach(metrics::add);
              }
            }
          });
      String mapped = Files.readString(Path.of("/proc/" + stack.service().pid() + "/maps"));
      assertThat(mapped.contains(".aot")).as("maps the cache").isEqualTo(cache.equals("on"));
      forgetTheStart(stack);
      Map<String, Map<String, Long>> requests = useEverything(stack);
      Set<String> spans =
          stack.spans().kept().stream()
              .filter(trace -> trace.stream().noneMatch(StartupCacheIT::isOfTheWarmUp))
              .flatMap(List::stream)
              .map(StartupCacheIT::name)
              .collect(Collectors.toCollection(TreeSet::new));
      metrics.remove(TIMEOUTS);
      return new Told(requests, spans, Set.copyOf(metrics));
    }
  }

  /** The start that records the cache migrates the database, which a later one need not do. */
  private static void forgetTheStart(Stack stack) throws InterruptedException {
    // Two exports later, everything of the start has been sent.
    Thread.sleep(1000);
    stack.spans().forget();
  }

  private static Map<String, Map<String, Long>> useEverything(Stack stack) throws Exception {
    TracedClient client = new TracedClient(stack.address().baseUrl(), stack.spans());
    Map<String, TracedClient.Traced> sent = new LinkedHashMap<>();
    String credentials = TestStack.credentials(TestStack.newEmail());
    String admin = admin(stack, client);
    sent.put("register", client.post("/api/v1/auth/register", credentials));
    sent.put("login", client.post("/api/v1/auth/login", credentials));
    String user = sent.get("login").field("access_token");
    sent.put("wrong login", client.post("/api/v1/auth/login", TestStack.credentials("x@y.zz")));
    sent.put("me", client.get("/api/v1/auth/me", user));
    sent.put("sessions", client.get("/api/v1/auth/sessions", user));
    sent.put("audit", client.get("/api/v1/audit", admin));
    sent.put("ping", client.get("/api/v1/auth/ping", ""));
    sent.put("keys", client.get("/api/v1/auth/jwks.json", ""));
    sent.put("unknown", client.get("/nowhere", ""));
    String refresh = Json.of("refresh_token", sent.get("login").field("refresh_token"));
    sent.put("refresh", client.post("/api/v1/auth/refresh", refresh));
    try (Receiver receiver = new Receiver()) {
      String webhook =
          Json.file(Map.of("url", receiver.url(), "events", List.of("session.started")));
      sent.put("webhook", client.post("/api/v1/webhooks", admin, webhook));
      assertThat(sent.get("webhook").status()).as(sent.get("webhook").body()).isEqualTo(201);
      TracedClient.Traced ended = client.post("/api/v1/auth/login", credentials);
      assertThat(receiver.called.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      refuseAfterLogoutElsewhere(stack, client, ended.field("access_token"));
    }
    Map<String, Map<String, Long>> told = new LinkedHashMap<>();
    for (Map.Entry<String, TracedClient.Traced> each : sent.entrySet()) {
      told.put(each.getKey(), counted(client, each.getValue()));
    }
    List<TracedClient.Traced> logins = loginsAtOnce(client, credentials);
    assertThat(logins).isNotEmpty();
    for (TracedClient.Traced login : logins) {
      assertThat(counted(client, login)).isEqualTo(told.get("login"));
    }
    // The pool checks the connection that this one gets.
    Thread.sleep(IDLE);
    assertThat(client.get("/api/v1/auth/sessions", user).status()).isEqualTo(200);
    return told;
  }

  private static String admin(Stack stack, TracedClient client) throws Exception {
    String credentials = TestStack.credentials(TestStack.newEmail());
    assertThat(client.post("/api/v1/auth/register", credentials).status()).isEqualTo(201);
    stack.database().change("UPDATE account SET role = 'admin'");
    return Admin.logIn(stack.address().baseUrl(), credentials).token();
  }

  /** Logs out at another replica, of which this one hears from Redis. */
  private static void refuseAfterLogoutElsewhere(Stack stack, TracedClient client, String token)
      throws Exception {
    assertThat(client.get("/api/v1/auth/me", token).status()).isEqualTo(200);
    try (ServiceProcess other = stack.replica().startReady();
        ApiClient elsewhere = new ApiClient(other.baseUrl())) {
      assertThat(elsewhere.post("/api/v1/auth/logout", token, "").status()).isEqualTo(204);
    }
    long end = System.nanoTime() + LIMIT.toNanos();
    while (client.get("/api/v1/auth/me", token).status() != 401 && System.nanoTime() < end) {
      Thread.sleep(50);
    }
    assertThat(client.get("/api/v1/auth/me", token).status()).isEqualTo(401);
  }

  /** Sends more logins than there are connections; returns those that were let in. */
  private static List<TracedClient.Traced> loginsAtOnce(TracedClient client, String credentials)
      throws Exception {
    List<Future<TracedClient.Traced>> sent = new ArrayList<>();
    try (ExecutorService clients = Executors.newFixedThreadPool(LOGINS_AT_ONCE)) {
      for (int i = 0; i < LOGINS_AT_ONCE; i++) {
        sent.add(clients.submit(() -> client.post("/api/v1/auth/login", credentials)));
      }
    }
    List<TracedClient.Traced> logins = new ArrayList<>();
    for (Future<TracedClient.Traced> login : sent) {
      logins.add(login.get());
    }
    logins.removeIf(login -> login.status() != 200);
    return logins;
  }

  private static Map<String, Long> counted(TracedClient client, TracedClient.Traced request)
      throws InterruptedException {
    return client.trace(request).stream()
        .map(StartupCacheIT::name)
        .filter(name -> !name.equals(VALIDITY_CHECK))
        .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
  }

  /** A replica starts meanwhile. */
  private static boolean isOfTheWarmUp(Span span) {
    return span.getName().startsWith(Telemetry.SPAN_WARMUP_PREFIX);
  }

  /** Returns the name of a span without the port of Redis, which the names of its commands hold. */
  private static String name(Span span) {
    return span.getName().replaceAll(":\\d+$", "");
  }

  /** Accepts the calls of a webhook. */
  private static final class Receiver implements AutoCloseable {
    private final HttpServer server;
    private final CountDownLatch called = new CountDownLatch(1);

    Receiver() throws Exception {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/in",
          exchange -> {
            called.countDown();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
          });
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort() + "/in";
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
