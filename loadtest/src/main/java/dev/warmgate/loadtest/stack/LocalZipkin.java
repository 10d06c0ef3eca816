package dev.warmgate.loadtest.stack;

import dev.warmgate.loadtest.http.ApiClient;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** Zipkin's server, which shows traces in a browser. It keeps only the newest traces, in memory. */
final class LocalZipkin {
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final int POLL_MILLIS = 100;

  private final Path jar;
  private final int port;

  /** Claims the port, so that the address is known before {@link #start}. */
  LocalZipkin(Path jar, int wanted) {
    this.jar = jar;
    this.port = Ports.claim(wanted, "ZIPKIN_PORT");
  }

  /** The address of the start page. */
  String url() {
    return base() + "/zipkin/";
  }

  /** The address of a trace's page, with the placeholder {@code {trace_id}}. */
  String traceUrl() {
    return base() + "/zipkin/traces/{trace_id}";
  }

  /** The address that receives spans. */
  URI intake() {
    return URI.create(base() + "/api/v2/spans");
  }

  /** Starts the server without waiting until it is ready; closing the result stops it. */
  AutoCloseable start(Path log, Leftovers leftovers) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-jar",
                jar.toString(),
                // Zipkin ignores server.address and would listen on every interface.
                "--armeria.ports[0].ip=127.0.0.1",
                "--armeria.ports[0].port=" + port,
                "--armeria.ports[0].protocols[0]=http")
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("STORAGE_TYPE", "mem");
    builder.environment().put("MEM_MAX_SPANS", "100000");
    Process process = builder.start();
    leftovers.remember("zipkin", process.toHandle());
    return () -> Processes.stop(process.toHandle(), STOP_LIMIT);
  }

  /** Fails if the server is not healthy in time. */
  void awaitReady(Path log) throws InterruptedException {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    try (ApiClient client = new ApiClient(base())) {
      while (!client.answers("/health", START_LIMIT)) {
        if (System.nanoTime() > end) {
          throw new StackFailure("Zipkin did not start; see " + log);
        }
        Thread.sleep(POLL_MILLIS);
      }
    }
  }

  private String base() {
    return "http://127.0.0.1:" + port;
  }
}
