package dev.warmgate.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.http.Reply;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.testkit.TestStack;
import dev.warmgate.loadtest.trace.SpanReceiver;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Failures and slowness of the service, and what a client does to have its requests look like them.
 * Which is which is told by what is done, not by the spans.
 */
final class Incidents {
  private static final int REAL = 20;
  private static final int PROVOKED = 60;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Longer than a login may take. */
  private static final Duration LATE = Duration.ofMillis(1600);

  private static final String LOGIN = "/api/v1/auth/login";
  private static final String REFRESH = "/api/v1/auth/refresh";

  private final Map<String, TraceKind> callers = new ConcurrentHashMap<>();
  private final Stack stack;
  private final ApiClient client;
  private final String serviceKey;

  Incidents(Stack stack) throws IOException {
    this.stack = stack;
    this.client = new ApiClient(stack.address().baseUrl());
    this.serviceKey = stack.serviceKey();
  }

  /** Returns what became of each request, by the id of its trace in the service. */
  Map<String, TraceKind> cause() throws Exception {
    fail();
    beSlow();
    provoke();
    Map<String, TraceKind> kinds = new HashMap<>();
    for (Map.Entry<String, TraceKind> caller : callers.entrySet()) {
      SpanReceiver spans = stack.spans();
      TestStack.await(LIMIT, () -> servers(spans, caller.getKey()).size() > 0);
      for (Span server : servers(spans, caller.getKey())) {
        kinds.put(HexFormat.of().formatHex(server.getTraceId().toByteArray()), caller.getValue());
      }
    }
    return kinds;
  }

  private static List<Span> servers(SpanReceiver spans, String caller) {
    return spans.trace(caller).stream()
        .filter(span -> span.getKind() == Span.SpanKind.SPAN_KIND_SERVER)
        .toList();
  }

  /** The table of the accounts is missing. */
  private void fail() throws Exception {
    stack.database().asSuperuser().run(List.of("ALTER TABLE account RENAME TO account_missing"));
    try {
      for (int i = 0; i < REAL; i++) {
        assertThat(login(TraceKind.FAILED).send().status()).isGreaterThanOrEqualTo(500);
      }
    } finally {
      stack.database().asSuperuser().run(List.of("ALTER TABLE account_missing RENAME TO account"));
    }
  }

  /** Somebody holds the table for two seconds. */
  private void beSlow() throws Exception {
    List<CompletableFuture<Reply>> logins = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> lock =
          threads.submit(() -> {
            stack
                .database()
                .asSuperuser()
                .run(
                    List.of(
                        "BEGIN",
                        "LOCK TABLE account IN ACCESS EXCLUSIVE MODE",
                        "SELECT pg_sleep(2)",
                        "COMMIT"));
            return null;
          });
      Thread.sleep(200);
      for (int i = 0; i < REAL / 4; i++) {
        logins.add(login(TraceKind.SLOW).sendAsync());
      }
      lock.get();
    }
    assertThat(logins)
        .allSatisfy(login -> {
          assertThat(login.join().status()).isEqualTo(200);
          assertThat(login.join().seconds()).isGreaterThan(1.5);
        });
  }

  private void provoke() throws Exception {
    String same = trace(TraceKind.PROVOKED);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < PROVOKED; i++) {
        all.add(threads.submit(() -> send("BREW " + LOGIN, "", "", Duration.ZERO)));
        all.add(threads.submit(() -> send("POST " + REFRESH, "{\"re", "", Duration.ZERO)));
        all.add(
            threads.submit(
                () -> send("POST " + REFRESH, "{\"refresh_", "token\": \"forged\"}", LATE)));
        client.call("GET", "/api/v1/auth/ping").header("traceparent", parent(same)).send();
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  private ApiClient.Call login(TraceKind kind) {
    return client
        .call("POST", LOGIN)
        .limit(LIMIT)
        .header("X-Warmgate-Load-Test", serviceKey)
        .header("traceparent", parent(trace(kind)))
        .json(Json.credentials("ada@example.com", "seven quiet lanterns"));
  }

  /** Sends the rest of the body later; with "", closes the connection within it. */
  private Void send(String line, String body, String rest, Duration later)
      throws IOException, InterruptedException {
    boolean broken = !body.isEmpty() && rest.isEmpty();
    int length = body.length() + rest.length() + (broken ? 10 : 0);
    String request =
        """
        %s HTTP/1.1\r
        Host: x\r
        Connection: close\r
        X-Warmgate-Load-Test: %s\r
        traceparent: %s\r
        Content-Type: application/json\r
        Content-Length: %d\r
        \r
        %s\
        """
            .formatted(line, serviceKey, parent(trace(TraceKind.PROVOKED)), length, body);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), stack.address().port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      Thread.sleep(later);
      socket.getOutputStream().write(rest.getBytes(StandardCharsets.US_ASCII));
      if (!broken) {
        socket.getInputStream().readAllBytes();
      }
    }
    return null;
  }

  private String trace(TraceKind kind) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String trace = "%016x%016x".formatted(random.nextLong() | 1, random.nextLong());
    callers.put(trace, kind);
    return trace;
  }

  private static String parent(String trace) {
    return "00-" + trace + "-b7ad6b7169203331-01";
  }
}
