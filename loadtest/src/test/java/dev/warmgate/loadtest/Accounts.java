package dev.warmgate.loadtest;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The accounts that a load uses in turn. They are new in each run. */
final class Accounts {
  private static final int CREATED = 201;
  private static final int UNAVAILABLE = 503;
  private static final int ATTEMPTS = 10;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final int count;
  private final String run = UUID.randomUUID().toString();

  Accounts(int count) {
    this.count = count;
  }

  /** Registers all of them, one after the other; fails if one is refused. */
  void register(String baseUrl) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int number = 0; number < count; number++) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(baseUrl + "/api/v1/auth/register"))
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"email\":\"%s\",\"password\":\"%s\"}"
                            .formatted(email(number), password(number))))
                .build();
        int status = send(client, request);
        // A service that has just started may be busy for a moment.
        for (int attempt = 1; status == UNAVAILABLE && attempt < ATTEMPTS; attempt++) {
          Thread.sleep(Duration.ofSeconds(1));
          status = send(client, request);
        }
        if (status != CREATED) {
          throw new IllegalStateException("Registering an account was answered with " + status);
        }
      }
    }
  }

  /** Endless, from the first to the last and again. */
  Iterator<Map<String, Object>> inTurn() {
    Stream<Map<String, Object>> accounts =
        IntStream.iterate(0, number -> (number + 1) % count)
            .mapToObj(number -> Map.of("email", email(number), "password", password(number)));
    return accounts.iterator();
  }

  private static int send(HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private String email(int number) {
    return "gate-" + number + "-" + run + "@example.com";
  }

  private String password(int number) {
    return "gate " + number + " " + run;
  }
}
