package dev.warmgate.loadtest.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.warmgate.loadtest.fault.ChaosStack.Victim;
import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.http.Reply;
import dev.warmgate.loadtest.load.Admin;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the service, Redis and PostgreSQL at random under load and then checks that nothing
 * acknowledged is lost. {@code -Dchaos.seconds=180} runs longer, {@code -Dchaos.seed=N} repeats a
 * sequence of kills.
 */
final class ChaosIT {
  private static final int USERS = 6;
  private static final Duration TIME = Duration.ofSeconds(Long.getLong("chaos.seconds", 10));
  private static final long SEED = Long.getLong("chaos.seed", System.nanoTime());

  /**
   * Interrupted deliveries are repeated only after their leases expire; this also allows for a busy
   * machine.
   */
  private static final Duration DELIVERED_WITHIN = Duration.ofSeconds(90);

  private static final Map<String, String> ENVIRONMENT =
      Map.of("WEBHOOKS_ALLOW", "127.0.0.0/8", "WEBHOOKS_TIMEOUT", "2s");

  private final Collection<String> violations = new ConcurrentLinkedQueue<>();
  private final Set<String> begun = ConcurrentHashMap.newKeySet();
  private final Set<String> delivered = ConcurrentHashMap.newKeySet();
  private final Random random = new Random(SEED);
  private final ExecutorService receivers = Executors.newVirtualThreadPerTaskExecutor();

  @TempDir private Path directory;

  private HttpServer receiver;
  private volatile boolean finished;

  @BeforeEach
  void listen() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.setExecutor(receivers);
    receiver.createContext("/in", this::receive);
    receiver.start();
  }

  @AfterEach
  void stopListening() {
    receiver.stop(0);
    receivers.shutdownNow();
  }

  @Test
  void keepsEverythingAcknowledgedAcrossRandomKills() throws Exception {
    System.out.printf("chaos.seed=%d chaos.seconds=%d%n", SEED, TIME.toSeconds());
    try (ChaosStack stack = ChaosStack.start(directory, ENVIRONMENT)) {
      subscribe(stack);
      List<ChaosUser> users = new ArrayList<>();
      try (ExecutorService threads = Executors.newFixedThreadPool(USERS)) {
        List<Future<?>> runs = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
          ChaosUser user =
              new ChaosUser(stack.url(), new Random(random.nextLong()), violations, begun);
          users.add(user);
          runs.add(
              threads.submit(() -> {
                user.use(() -> !finished);
                return null;
              }));
        }
        try {
          killAtRandom(stack);
        } finally {
          finished = true;
        }
        for (Future<?> run : runs) {
          run.get();
        }
      }
      stack.awaitReady();
      for (ChaosUser user : users) {
        user.readBack();
        assertThat(user.acknowledged()).isPositive();
      }
      assertThat(violations).as("seed %d; %s", SEED, stack.tailOfLog()).isEmpty();
      awaitDelivered();
    }
    System.out.printf(
        "%d sessions started, all delivered to the webhook; nothing acknowledged is lost%n",
        begun.size());
  }

  /** Kills random victims, each at least once. */
  private void killAtRandom(ChaosStack stack) throws Exception {
    long end = System.nanoTime() + TIME.toNanos();
    List<Victim> next = new ArrayList<>();
    do {
      if (next.isEmpty()) {
        Collections.addAll(next, Victim.values());
        Collections.shuffle(next, random);
      }
      Victim victim = next.removeLast();
      TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(2000));
      stack.kill(victim);
      TimeUnit.MILLISECONDS.sleep(random.nextInt(1500));
      stack.restart(victim);
      if (random.nextBoolean()) {
        stack.awaitReady();
      }
    } while (System.nanoTime() < end || !next.isEmpty());
    stack.awaitReady();
  }

  private void awaitDelivered() throws InterruptedException {
    long end = System.nanoTime() + DELIVERED_WITHIN.toNanos();
    while (!delivered.containsAll(begun) && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertThat(delivered).as("seed %d", SEED).containsAll(begun);
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      Json.read(body).findValuesAsText("session_id").forEach(delivered::add);
      exchange.sendResponseHeaders(204, -1);
    }
  }

  private void subscribe(ChaosStack stack) throws Exception {
    try (ApiClient client = new ApiClient(stack.url())) {
      String admin = TestStack.credentials("admin@example.com");
      assertThat(client.post("/api/v1/auth/register", "", admin).status()).isEqualTo(201);
      assertThat(stack.database().change("UPDATE account SET role = 'admin'")).isEqualTo(1);
      Reply made =
          client.post(
              "/api/v1/webhooks",
              Admin.logIn(stack.url(), admin).token(),
              Json.file(
                  Map.of(
                      "url",
                      "http://127.0.0.1:" + receiver.getAddress().getPort() + "/in",
                      "events",
                      List.of("session.started"))));
      assertThat(made.status()).as(made.body()).isEqualTo(201);
    }
  }
}
