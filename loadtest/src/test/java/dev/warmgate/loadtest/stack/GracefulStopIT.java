package dev.warmgate.loadtest.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Reply;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that no client notices when one of two replicas stops under load. */
@Tag("full")
final class GracefulStopIT {
  private static final int CLIENTS = 4;
  private static final String AUTH = "/api/v1/auth/";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** The pause between two requests of a client, so that the machine keeps up. */
  private static final Duration PACE = Duration.ofMillis(100);

  @TempDir private Path directory;

  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answered = new AtomicInteger();
  private volatile boolean finished;

  @Test
  void failsNoRequestWhenOneOfTwoReplicasStops() throws Exception {
    // On a busy machine the hashing gate would otherwise refuse logins.
    Map<String, String> settings =
        Map.of(
            "RATE_LIMITS", "off",
            "AGENT", "off",
            "WARMUP_HTTP", "off",
            "HASHING_BOUND", "off",
            "SHUTDOWN_WAIT", "2s");
    try (Stack stack = TestStack.start(directory, settings);
        ServiceProcess second = stack.replica().startReady();
        Balancer balancer = new Balancer(List.of(stack.address().port(), second.port()))) {
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
      await(() -> !replica.isRunning());
      int before = answered.get();
      await(() -> answered.get() > before + 50 || !failures.isEmpty());
    } finally {
      finished = true;
    }
  }

  /** Registers an account, then repeatedly logs in and requests its own profile. */
  private void use(String url, String email) {
    try (ApiClient client = new ApiClient(url)) {
      String credentials = TestStack.credentials(email);
      require(client.call("POST", AUTH + "register").json(credentials), 201);
      while (!finished) {
        Reply session = require(client.call("POST", AUTH + "login").json(credentials), 200);
        for (int i = 0; i < 3; i++) {
          Thread.sleep(PACE);
          require(client.call("GET", AUTH + "me").token(session.field("access_token")), 200);
        }
      }
    } catch (IOException failed) {
      failures.add(failed.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Reply require(ApiClient.Call call, int status) throws IOException, InterruptedException {
    Reply answer = call.limit(LIMIT).send();
    if (answer.status() != status) {
      failures.add("not " + status + " but " + answer.status() + " " + answer.body());
    }
    answered.incrementAndGet();
    return answer;
  }

  private static void await(BooleanSupplier met) throws InterruptedException {
    TestStack.await(Duration.ofSeconds(60), met);
  }
}
