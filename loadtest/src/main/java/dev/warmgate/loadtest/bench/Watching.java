package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.load.HttpConnection;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.stack.StackOptions;
import dev.warmgate.loadtest.trace.FilterTraceCheck;
import dev.warmgate.loadtest.trace.MetricSeries;
import dev.warmgate.loadtest.trace.SpanReceiver;
import dev.warmgate.loadtest.trace.TracedClient;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Measures what it costs to be watched: the spans and bytes of each kind of request, before they
 * are compressed, and the series of each metric after few and after many clients.
 */
final class Watching implements Benchmark {
  static final int FEW = 10;
  static final int MANY = 10_000;

  private static final String AUTH = "/api/v1/auth/";
  static final String ADMISSION = "login, refused by admission";
  static final String LIMIT = "change of password, refused by a limit";
  static final String GUESSED = "login, refused after wrong passwords";
  static final String BUSY = "refresh, refused as one too many";
  static final String LATE = "login, refused by admission after the filters";

  /** A filter refuses these, before the others run. */
  static final List<String> EARLY = List.of(ADMISSION, LIMIT);

  /** The endpoint refuses these, after all filters. */
  static final List<String> AFTER_THE_FILTERS = List.of(GUESSED, BUSY, LATE);

  private static final String NO_JSON = "this is no JSON";

  /** More than can wait for a hash. */
  private static final int AT_ONCE = 200;

  private static final int BETWEEN_PROBES_MS = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int EXPORT_MILLIS = 500;
  private static final Duration EXPORTED = Duration.ofMillis(1500);

  /** So that each client has an address of its own. */
  static final Map<String, String> SETTINGS =
      Map.of(
          "TRUSTED_PROXIES",
          "127.0.0.1/32",
          "OTEL_METRIC_EXPORT_INTERVAL",
          Integer.toString(EXPORT_MILLIS));

  /** What a request left behind in the tracer. */
  record Traced(int status, int spans, int bytes) {
    static Traced of(TracedClient client, TracedClient.Traced reply) throws InterruptedException {
      return of(reply.status(), client.trace(reply));
    }

    private static Traced of(int status, List<Span> trace) {
      int bytes = trace.stream().mapToInt(Span::getSerializedSize).sum();
      return new Traced(status, trace.size(), bytes);
    }
  }

  @Override
  public void run(Bars bars) throws Exception {
    Path project = Path.of(System.getProperty("warmgate.root"));
    Path directory = Files.createTempDirectory("warmgate-bench");
    StackOptions options = new StackOptions(project, directory, 0, 0, false, SETTINGS);
    MetricSeries series = new MetricSeries();
    try (Stack stack = Stack.startedUntilExit(options, _ -> {})) {
      stack.spans().handMetricsTo(series);
      Map<String, Traced> requests = requests(stack);
      requests.forEach((what, traced) -> {
        bars.note("spans of " + what, traced.spans(), "");
        bars.note("bytes of " + what, traced.bytes(), "B");
      });
      bars.atMost("bench.watching.login", "spans of a login", requests.get("login").spans(), "");
      for (String refused : EARLY) {
        bars.atMost(
            "bench.watching.refused", "spans of a " + refused, requests.get(refused).spans(), "");
      }
      for (String refused : AFTER_THE_FILTERS) {
        bars.atMost(
            "bench.watching.refused-late",
            "spans of a " + refused,
            requests.get(refused).spans(),
            "");
      }
      Set<String> added = newSeries(stack, series, Bench.isShort() ? FEW : MANY);
      series.byMetric().forEach((metric, count) -> bars.note("series of " + metric, count, ""));
      bars.note("series of this replica", series.all(), "");
      added.forEach(System.out::println);
      bars.atMost("bench.watching.series", "series that many clients add", added.size(), "");
    }
  }

  /** Sends each kind of request once and returns what each left behind. */
  static Map<String, Traced> requests(Stack stack) throws Exception {
    TracedClient client = new TracedClient(stack.address().baseUrl(), stack.spans());
    String account = Json.credentials("watched@example.com", "seven quiet lanterns");
    Map<String, Traced> all = new LinkedHashMap<>();
    all.put("registration", Traced.of(client, client.post(AUTH + "register", account)));
    TracedClient.Traced login = client.post(AUTH + "login", account);
    all.put("login", Traced.of(client, login));
    String wrong = Json.credentials("watched@example.com", "eight quiet lanterns");
    all.put("login, wrong password", Traced.of(client, client.post(AUTH + "login", wrong)));
    String refresh = Json.of("refresh_token", login.field("refresh_token"));
    all.put("refresh", Traced.of(client, client.post(AUTH + "refresh", refresh)));
    String token = login.field("access_token");
    all.put("me", Traced.of(client, client.get(AUTH + "me", token)));
    all.put("sessions", Traced.of(client, client.get(AUTH + "sessions", token)));
    all.put("ping", Traced.of(client, client.get(AUTH + "ping", "")));
    all.put("forged token", Traced.of(client, client.get(AUTH + "me", "forged")));
    all.put("unknown path", Traced.of(client, client.get("/nothing", "")));
    all.put(GUESSED, Traced.of(client, guessed(client)));
    all.put(BUSY, Traced.of(client, refreshedTooOften(client, account)));
    // Last, since so many logins end the session.
    all.put(ADMISSION, Traced.of(client, refused(client, stack.address().port())));
    all.put(LATE, refusedLate(stack.spans()));
    all.put(LIMIT, Traced.of(client, limited(client)));
    return all;
  }

  private static TracedClient.Traced guessed(TracedClient client) throws Exception {
    String guess = Json.credentials("guessed@example.com", "eight quiet lanterns");
    TracedClient.Traced answer;
    do {
      answer = client.post(AUTH + "login", guess);
    } while (answer.status() == 401);
    return answer;
  }

  private static TracedClient.Traced refreshedTooOften(TracedClient client, String account)
      throws Exception {
    TracedClient.Traced answer = client.post(AUTH + "login", account);
    while (answer.status() == 200) {
      String token = Json.of("refresh_token", answer.field("refresh_token"));
      answer = client.post(AUTH + "refresh", token);
    }
    return answer;
  }

  /**
   * Returns the login with the most spans of those that admission has refused so far: more may pass
   * the filter at the same moment than can wait.
   */
  private static Traced refusedLate(SpanReceiver spans) throws InterruptedException {
    // Until those that ended last have been exported.
    Thread.sleep(EXPORTED);
    return spans.kept().stream()
        .filter(trace ->
            trace.stream()
                .anyMatch(span ->
                    FilterTraceCheck.text(span, "warmgate.refusal")
                        .equals("login_capacity_exceeded")))
        .max(Comparator.comparingInt(List::size))
        .map(trace -> Traced.of(503, trace))
        .orElseThrow();
  }

  /**
   * Returns the answer to a login that admission refuses before it reads the body, which is no
   * JSON: if it is read, the answer is 400. Meanwhile more clients log in than can wait.
   */
  static TracedClient.Traced refused(TracedClient client, int port) throws Exception {
    AtomicBoolean refused = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < AT_ONCE; i++) {
        byte[] login = strangersLogin(i);
        Future<?> _ = threads.submit(() -> logInUntil(refused, port, login));
      }
      try {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
          TracedClient.Traced answer = client.post(AUTH + "login", NO_JSON);
          if (answer.status() == 503) {
            return answer;
          }
          // The service records a few hundred requests a second, and must record the refused one.
          Thread.sleep(BETWEEN_PROBES_MS);
        }
      } finally {
        refused.set(true);
      }
    }
    throw new IllegalStateException("admission refuses no login");
  }

  /**
   * Ends with the first answer that took no hash: many of these would take the traces of others.
   */
  private static Void logInUntil(AtomicBoolean refused, int port, byte[] login) throws IOException {
    try (HttpConnection connection = new HttpConnection(port)) {
      while (!refused.get() && connection.send(login).status() == 401) {
        Thread.onSpinWait();
      }
    }
    return null;
  }

  /** Each from an address of its own, and with one of its own, so that no other limit applies. */
  private static byte[] strangersLogin(int number) {
    String body = Json.credentials("stranger-" + number + "@example.com", "seven quiet lanterns");
    return """
    POST %slogin HTTP/1.1\r
    Host: 127.0.0.1\r
    X-Forwarded-For: 198.51.100.%d\r
    Content-Type: application/json\r
    Content-Length: %d\r
    \r
    %s\
    """
        .formatted(AUTH, number, body.length(), body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Returns the answer to a request beyond the limit of its address. */
  static TracedClient.Traced limited(TracedClient client) throws Exception {
    TracedClient.Traced answer;
    do {
      answer = client.post(AUTH + "password", NO_JSON);
    } while (answer.status() == 401);
    return answer;
  }

  /**
   * Returns the metrics, with their attributes, that many clients add to those of a few. Those of
   * the JVM and of single statements are left out, since garbage collections and background work
   * add some when they first run.
   */
  static Set<String> newSeries(Stack stack, MetricSeries series, int many)
      throws IOException, InterruptedException {
    try (ManyClients clients = new ManyClients(stack.address().port())) {
      for (int client = 0; client < FEW; client++) {
        clients.sendEvery(client);
      }
      awaitExport(series);
      Set<String> before = new HashSet<>(series.names());
      for (int client = FEW; client < many; client++) {
        clients.sendOne(client);
      }
      awaitExport(series);
      Set<String> added = new HashSet<>(series.names());
      added.removeAll(before);
      added.removeIf(name -> name.startsWith("jvm.") || name.contains("db.query.summary="));
      return added;
    }
  }

  /** The next export may have been begun before the last request. */
  private static void awaitExport(MetricSeries series) throws InterruptedException {
    int wanted = series.exports() + 2;
    while (series.exports() < wanted) {
      Thread.sleep(EXPORT_MILLIS / 10);
    }
  }
}
