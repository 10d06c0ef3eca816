package dev.warmgate.loadtest.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Reply;
import dev.warmgate.loadtest.stack.ServiceProcess;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.testkit.TestStack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks the service when PostgreSQL keeps its connections open but no longer answers. */
@Tag("full")
final class HangingDatabaseIT {
  private static final int AT_ONCE = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** One second, plus a margin for a busy machine. */
  private static final Duration LIMIT = Duration.ofMillis(2500);

  @TempDir private Path directory;
  private ApiClient client;

  @Test
  void refusesWithinASecondAndRecovers() throws Exception {
    Map<String, String> options = Map.of("AGENT", "off", "RATE_LIMITS", "off");
    try (Stack stack = TestStack.start(directory, options);
        FaultProxy database = FaultProxy.to(stack.postgres().port());
        ServiceProcess second = stack.replica().databaseAt(database.port()).startReady()) {
      client = new ApiClient(second.baseUrl());
      assertThat(post("register").get().status()).isEqualTo(201);
      assertThat(post("login").get().status()).isEqualTo(200);

      database.blackhole();
      // The first requests use open connections that hang, later ones get no connection.
      assertRefusedInTime(AT_ONCE);
      assertRefusedInTime(AT_ONCE);
      assertRefusedInTime(AT_ONCE);

      database.heal();
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (post("login").get().status() != 200) {
        assertThat(System.nanoTime()).isLessThan(end);
        Thread.sleep(100);
      }
    }
  }

  private void assertRefusedInTime(int requests) throws Exception {
    long began = System.nanoTime();
    List<CompletableFuture<Reply>> pending = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      pending.add(post("login"));
    }
    assertThat(get("ping").get().status()).isEqualTo(200);
    for (CompletableFuture<Reply> answer : pending) {
      assertThat(answer.get().status()).as(answer.get().body()).isEqualTo(503);
      assertThat(answer.get().headers().firstValue("Retry-After")).isPresent();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LIMIT);
  }

  private CompletableFuture<Reply> post(String endpoint) {
    return call("POST", endpoint).json(TestStack.credentials("ada@example.com")).sendAsync();
  }

  private CompletableFuture<Reply> get(String endpoint) {
    return call("GET", endpoint).sendAsync();
  }

  private ApiClient.Call call(String method, String endpoint) {
    return client.call(method, "/api/v1/auth/" + endpoint).limit(PATIENCE);
  }
}
