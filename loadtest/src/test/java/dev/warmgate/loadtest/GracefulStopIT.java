package dev.warmgate.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that no client notices when one of two replicas stops under load. */
final class GracefulStopIT {
  private static final int CLIENTS = 4;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** The pause between two requests of a client, so that the machine keeps up. */
  private static final Duration PACE = Duration.ofMillis(100);

  @TempDir private Path directory;

  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answered = new AtomicInteger();
  private volatile boolean finished;
  private int port;

  @Test
  void failsNoRequestWhenOneOfTwoReplicasStops() throws Exception {
    // On a busy machine the hashing gate would otherwise refuse logins.
    Map<String, String> settings =
        Map.of("RATE_LIMITS", "off", "AGENT", "off", "WARMUP_HTTP", "off", "HASHING_BOUND", "off");
    try (Stack stack = Stack.started(TracedClient.options(directory, settings), line -> {});
        ServiceProcess second = secondReplica();
        Balancer balancer = new Balancer(List.of(stack.address().port(), port))) {
      await(() -> balancer.healthy().size() == 2);
      try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
        for (int i = 0; i < CLIENTS; i++) {
          String email = "user" + i + "@example.com";
          clients.execute(() -> use(balancer.baseUrl(), email));
        }
        stopUnderLoad(second);
      }
      assertThat(failures).isEmpty();
      assertThat(balancer.healthy()).containsExactly(stack.address().port());
    }
  }

  private void stopUnderLoad(ServiceProcess replica) throws InterruptedException {
    try {
      await(() -> answered.get() > 100 || !failures.isEmpty());
      assertThat(replica.handle().destroy()).isTrue();
      await(() -> !Processes.runs(replica.handle()));
      int before = answered.get();
      await(() -> answered.get() > before + 50 || !failures.isEmpty());
    } finally {
      finished = true;
    }
  }

  private ServiceProcess secondReplica() throws IOException, InterruptedException {
    Map<String, String> environment = new TreeMap<>();
    for (String line : Files.readAllLines(directory.resolve("stack.env"))) {
      String[] pair = line.split("=", 2);
      environment.put(pair[0], pair[1].substring(1, pair[1].length() - 1));
    }
    port = Ports.claim(0, "");
    environment.put("PORT", Integer.toString(port));
    environment.put("ADMIN_PORT", Integer.toString(Ports.claim(0, "")));
    Path project = Path.of(System.getProperty("warmgate.root"));
    ServiceProcess service =
        ServiceProcess.start(project, false, environment, directory.resolve("second.log"));
    try (HttpClient client = HttpClient.newHttpClient()) {
      service.awaitReady(client, "http://127.0.0.1:" + port);
    }
    return service;
  }

  /** Registers an account, then repeatedly logs in and requests its own profile. */
  private void use(String url, String email) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      require(client, post(url, "register", email), 201);
      while (!finished) {
        String session = require(client, post(url, "login", email), 200);
        String token = session.replaceFirst("(?s).*\"access_token\":\"([^\"]*)\".*", "$1");
        for (int i = 0; i < 3; i++) {
          Thread.sleep(PACE);
          require(
              client,
              request(url, "me").header("Authorization", "Bearer " + token).GET().build(),
              200);
        }
      }
    } catch (IOException failed) {
      failures.add(failed.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static HttpRequest post(String url, String endpoint, String email) {
    return request(url, endpoint)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(TracedClient.credentials(email)))
        .build();
  }

  private static HttpRequest.Builder request(String url, String endpoint) {
    return HttpRequest.newBuilder(URI.create(url + "/api/v1/auth/" + endpoint)).timeout(LIMIT);
  }

  private String require(HttpClient client, HttpRequest request, int status)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != status) {
      failures.add(request.uri().getPath() + ": " + answer.statusCode() + " " + answer.body());
    }
    answered.incrementAndGet();
    return answer.body();
  }

  private static void await(BooleanSupplier met) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!met.getAsBoolean() && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    assertThat(met.getAsBoolean()).isTrue();
  }
}
