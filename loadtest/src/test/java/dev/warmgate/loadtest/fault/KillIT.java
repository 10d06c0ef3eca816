package dev.warmgate.loadtest.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.http.Reply;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that everything the service has acknowledged survives a kill -9; a variant of ChaosIT. */
@Tag("full")
final class KillIT {
  private static final int CLIENTS = 8;
  private static final int LOAD_SECONDS = 5;

  @TempDir private Path directory;

  /** The last acknowledged refresh token of each email address. */
  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

  private volatile boolean killed;

  @Test
  void keepsEveryAcknowledgedAccountAndRefreshWhenKilledUnderLoad() throws Exception {
    Map<String, String> environment = Map.of("RATE_LIMITS", "off", "AGENT", "off");
    try (Stack stack = TestStack.start(directory, environment)) {
      try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
        for (int i = 0; i < CLIENTS; i++) {
          clients.execute(() -> registerAndRefresh(new ApiClient(stack.address().baseUrl())));
        }
        TimeUnit.SECONDS.sleep(LOAD_SECONDS);
        Kill.service(stack.service());
        killed = true;
      }
    }
    assertThat(acknowledged).hasSizeGreaterThan(CLIENTS);

    try (Stack stack = TestStack.start(directory, environment);
        ApiClient client = new ApiClient(stack.address().baseUrl())) {
      for (Map.Entry<String, String> account : acknowledged.entrySet()) {
        Reply refreshed =
            client.post("/api/v1/auth/refresh", "", Json.of("refresh_token", account.getValue()));
        assertThat(refreshed.status()).as(refreshed.body()).isEqualTo(200);
        Reply me = client.get("/api/v1/auth/me", refreshed.field("access_token"));
        assertThat(me.field("email")).isEqualTo(account.getKey());
      }
      String email = acknowledged.keySet().iterator().next();
      assertThat(client.post("/api/v1/auth/login", "", TestStack.credentials(email)).status())
          .isEqualTo(200);
    }
  }

  private void registerAndRefresh(ApiClient client) {
    try (client) {
      while (!killed) {
        String email = UUID.randomUUID() + "@example.com";
        Reply reply = client.post("/api/v1/auth/register", "", TestStack.credentials(email));
        for (int i = 0; i < 3 && reply.status() < 300; i++) {
          acknowledged.put(email, reply.field("refresh_token"));
          reply =
              client.post(
                  "/api/v1/auth/refresh", "", Json.of("refresh_token", acknowledged.get(email)));
        }
        if (reply.status() < 300) {
          acknowledged.put(email, reply.field("refresh_token"));
        }
      }
    } catch (IOException theServiceIsDead) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
