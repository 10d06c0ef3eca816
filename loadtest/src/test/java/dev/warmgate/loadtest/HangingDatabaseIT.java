package dev.warmgate.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks the service when PostgreSQL keeps its connections open but no longer answers. */
final class HangingDatabaseIT {
  private static final int AT_ONCE = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** One second, plus a margin for a busy machine. */
  private static final Duration LIMIT = Duration.ofMillis(2500);

  @TempDir private Path directory;
  private final HttpClient client = HttpClient.newHttpClient();
  private String url;

  @Test
  void refusesWithinASecondAndRecovers() throws Exception {
    Map<String, String> options = Map.of("AGENT", "off", "RATE_LIMITS", "off");
    try (Stack _ = Stack.started(TracedClient.options(directory, options), line -> {});
        FaultProxy database = FaultProxy.to(SecondService.databasePort(directory));
        SecondService second = SecondService.behind(database, directory, Map.of())) {
      url = "http://127.0.0.1:" + second.port();
      assertThat(post("register").get().statusCode()).isEqualTo(201);
      assertThat(post("login").get().statusCode()).isEqualTo(200);

      database.blackhole();
      // The first requests use open connections that hang, later ones get no connection.
      assertRefusedInTime(AT_ONCE);
      assertRefusedInTime(AT_ONCE);
      assertRefusedInTime(AT_ONCE);

      database.heal();
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (post("login").get().statusCode() != 200) {
        assertThat(System.nanoTime()).isLessThan(end);
        Thread.sleep(100);
      }
    }
  }

  private void assertRefusedInTime(int requests) throws Exception {
    long began = System.nanoTime();
    List<CompletableFuture<HttpResponse<String>>> pending = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      pending.add(post("login"));
    }
    assertThat(get("ping").get().statusCode()).isEqualTo(200);
    for (CompletableFuture<HttpResponse<String>> answer : pending) {
      assertThat(answer.get().statusCode()).as(answer.get().body()).isEqualTo(503);
      assertThat(answer.get().headers().firstValue("Retry-After")).isPresent();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LIMIT);
  }

  private CompletableFuture<HttpResponse<String>> post(String endpoint) {
    HttpRequest.Builder request =
        request(endpoint)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(TracedClient.credentials("ada@example.com")));
    return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<String>> get(String endpoint) {
    return client.sendAsync(request(endpoint).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String endpoint) {
    return HttpRequest.newBuilder(URI.create(url + "/api/v1/auth/" + endpoint)).timeout(PATIENCE);
  }
}
