package dev.warmgate.loadtest;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Verifies that the service's tracer works: sends a request with a known trace id and waits for its
 * trace.
 */
final class TracerCheck {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private TracerCheck() {}

  /** Returns the id of the trace that arrived; fails if none arrives in time. */
  static String run(HttpClient client, String baseUrl, SpanReceiver spans)
      throws IOException, InterruptedException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String traceId = "%016x%016x".formatted(random.nextLong() | 1, random.nextLong());
    String parentId = "%016x".formatted(random.nextLong() | 1);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(baseUrl + "/api/v1/auth/ping"))
            .timeout(LIMIT)
            .header("traceparent", "00-" + traceId + "-" + parentId + "-01")
            .build();
    client.send(request, HttpResponse.BodyHandlers.discarding());
    if (!spans.await(traceId, LIMIT)) {
      throw new StackFailure(
          "The tracing agent does not work: the service answered, but no span arrived in %d s."
                  .formatted(LIMIT.toSeconds())
              + " AGENT=off starts without the agent.");
    }
    return traceId;
  }
}
