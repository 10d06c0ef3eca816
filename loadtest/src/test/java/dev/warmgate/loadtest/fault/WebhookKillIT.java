package dev.warmgate.loadtest.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.http.Reply;
import dev.warmgate.loadtest.load.Admin;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that events acknowledged before a kill -9 are delivered by the next service process. */
@Tag("full")
final class WebhookKillIT {
  private static final int CLIENTS = 4;
  private static final int LOAD_SECONDS = 3;

  /**
   * Interrupted deliveries are repeated only after their leases expire; this also allows for a busy
   * machine.
   */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Map<String, String> environment =
      Map.of(
          "RATE_LIMITS", "off",
          "AGENT", "off",
          "WARMUP_HTTP", "off",
          "WEBHOOKS_ALLOW", "127.0.0.0/8",
          "WEBHOOKS_TIMEOUT", "2s");

  /** The sessions whose start was acknowledged. */
  private final Set<String> begun = ConcurrentHashMap.newKeySet();

  /** The webhook ids under which the start of each session was delivered. */
  private final Map<String, Set<String>> delivered = new ConcurrentHashMap<>();

  private final CountDownLatch firstCall = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @TempDir private Path directory;

  private HttpServer receiver;
  private volatile boolean killed;

  @BeforeEach
  void listen() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.setExecutor(threads);
    receiver.createContext("/in", this::receive);
    receiver.start();
  }

  @AfterEach
  void stopListening() {
    ended.countDown();
    receiver.stop(0);
    threads.shutdownNow();
  }

  @Test
  void deliversEveryAcknowledgedEventAfterAKillBeforeDelivery() throws Exception {
    try (Stack stack = TestStack.start(directory, environment)) {
      subscribe(stack);
      try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
        for (int i = 0; i < CLIENTS; i++) {
          clients.execute(() -> register(new ApiClient(stack.address().baseUrl())));
        }
        TimeUnit.SECONDS.sleep(LOAD_SECONDS);
        assertThat(firstCall.await(30, TimeUnit.SECONDS)).as("a delivery is in flight").isTrue();
        Kill.service(stack.service());
        killed = true;
      }
    }
    assertThat(begun).hasSizeGreaterThan(CLIENTS);
    assertThat(delivered).isEmpty();

    try (Stack _ = TestStack.start(directory, environment)) {
      long end = System.nanoTime() + LIMIT.toNanos();
      while (!delivered.keySet().containsAll(begun) && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    assertThat(delivered.keySet()).containsAll(begun);
    assertThat(delivered.values()).as("one id per event").allMatch(ids -> ids.size() == 1);
  }

  /** Accepts a call but does not answer until the service has been killed. */
  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      if (!killed) {
        firstCall.countDown();
        ended.await();
        return;
      }
      for (String session : Json.read(body).findValuesAsText("session_id")) {
        delivered
            .computeIfAbsent(session, _ -> ConcurrentHashMap.newKeySet())
            .add(exchange.getRequestHeaders().getFirst("webhook-id"));
      }
      exchange.sendResponseHeaders(204, -1);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void subscribe(Stack stack) throws Exception {
    try (ApiClient client = new ApiClient(stack.address().baseUrl())) {
      String email = TestStack.newEmail();
      String credentials = TestStack.credentials(email);
      client.post("/api/v1/auth/register", "", credentials);
      assertThat(stack.database().change("UPDATE account SET role = 'admin'")).isEqualTo(1);
      String admin = Admin.logIn(stack.address().baseUrl(), credentials).token();
      Reply made =
          client.post(
              "/api/v1/webhooks",
              admin,
              Json.file(
                  Map.of(
                      "url",
                      "http://127.0.0.1:" + receiver.getAddress().getPort() + "/in",
                      "events",
                      List.of("session.started"))));
      assertThat(made.status()).as(made.body()).isEqualTo(201);
    }
  }

  private void register(ApiClient client) {
    try (client) {
      while (!killed) {
        Reply reply =
            client.post(
                "/api/v1/auth/register",
                "",
                TestStack.credentials(UUID.randomUUID() + "@example.com"));
        if (reply.status() == 201) {
          begun.add(reply.field("session_id"));
        }
      }
    } catch (IOException theServiceIsDead) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
