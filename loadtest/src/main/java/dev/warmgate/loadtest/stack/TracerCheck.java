package dev.warmgate.loadtest.stack;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.trace.SpanReceiver;
import java.io.IOException;
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
  static String run(String baseUrl, SpanReceiver spans) throws IOException, InterruptedException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    // Such a small number at its end is among those that are recorded, however small their share.
    String traceId = "%016x%016x".formatted(random.nextLong() | 1, random.nextInt(1000));
    String parentId = "%016x".formatted(random.nextLong() | 1);
    try (ApiClient client = new ApiClient(baseUrl)) {
      client
          .call("GET", "/api/v1/auth/ping")
          .limit(LIMIT)
          .header("traceparent", "00-" + traceId + "-" + parentId + "-01")
          .send();
    }
    if (!spans.await(traceId, LIMIT)) {
      throw new StackFailure(
          "The tracing agent does not work: the service answered, but no span arrived in %d s."
                  .formatted(LIMIT.toSeconds())
              + " AGENT=off starts without the agent.");
    }
    return traceId;
  }
}
