package dev.warmgate.dashboards;

import dev.warmgate.loadtest.http.ApiClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** The store behind the collector: what is there was kept. */
final class Jaeger implements AutoCloseable {
  /** The collector decides at the latest half a minute after it has seen the first span. */
  private static final Duration LIMIT = Duration.ofSeconds(45);

  private static final int POLL_MILLIS = 500;

  private final ApiClient client;

  Jaeger(String url) {
    this.client = new ApiClient(url);
  }

  /** Returns the traces that are there, as soon as all are or the collector must have decided. */
  Set<String> awaitKept(Collection<String> traces) throws IOException, InterruptedException {
    Set<String> missing = new HashSet<>(traces);
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!missing.isEmpty() && System.nanoTime() < end) {
      missing.removeAll(kept(missing));
      Thread.sleep(POLL_MILLIS);
    }
    Set<String> kept = new HashSet<>(traces);
    kept.removeAll(missing);
    return kept;
  }

  /** Returns those of the traces that are there now. */
  Set<String> kept(Collection<String> traces) throws IOException, InterruptedException {
    Set<String> kept = new HashSet<>();
    for (String trace : traces) {
      if (client.get("/api/traces/" + trace, "").status() == 200) {
        kept.add(trace);
      }
    }
    return kept;
  }

  @Override
  public void close() {
    client.close();
  }
}
