package dev.warmgate.loadtest.stack;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.trace.SpanReceiver;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Verifies that the service's tracer works: sends requests with a trace of their own until one that
 * links to it arrives, since not all may be recorded.
 */
final class TracerCheck {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private TracerCheck() {}

  /** Returns the id of the trace that arrived; fails if none arrives in time. */
  static String run(String baseUrl, SpanReceiver spans) throws IOException, InterruptedException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String own = "%016x%016x".formatted(random.nextLong() | 1, random.nextLong());
    String parent = "00-%s-%016x-01".formatted(own, random.nextLong() | 1);
    long end = System.nanoTime() + LIMIT.toNanos();
    try (ApiClient client = new ApiClient(baseUrl)) {
      do {
        client.call("GET", "/api/v1/auth/ping").limit(LIMIT).header("traceparent", parent).send();
        if (spans.await(own, PATIENCE)) {
          return HexFormat.of().formatHex(spans.trace(own).getFirst().getTraceId().toByteArray());
        }
      } while (System.nanoTime() < end);
    }
    throw new StackFailure(
        "The tracing agent does not work: the service answered, but no span arrived in %d s."
                .formatted(LIMIT.toSeconds())
            + " AGENT=off starts without the agent.");
  }
}
