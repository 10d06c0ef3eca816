package dev.warmgate.loadtest.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The collector with the configuration that its container has, at free ports. A start that fails
 * leaves no process behind.
 */
public final class LocalCollector implements AutoCloseable {
  private final int intake = Ports.claim();
  private final int health = Ports.claim();
  private final int metrics = Ports.claim();
  private final LocalProgram program;

  private LocalCollector(
      Path executable,
      Path project,
      Path directory,
      String toTraces,
      String toMetrics,
      Path... more)
      throws IOException, InterruptedException {
    Path here =
        Files.writeString(
            directory.resolve("collector.yml"),
            """
            extensions:
              health_check: {endpoint: "127.0.0.1:%d"}
            receivers:
              otlp: {protocols: {http: {endpoint: "127.0.0.1:%d"}}}
            exporters:
              otlp_http/tempo: {endpoint: "%s"}
              otlp_http/prometheus: {endpoint: "%s"}
            service:
              telemetry:
                metrics:
                  readers:
                    - pull: {exporter: {prometheus: {host: 127.0.0.1, port: %d}}}
            """
                .formatted(health, intake, toTraces, toMetrics, metrics));
    List<String> command = new ArrayList<>(List.of(executable.toString()));
    command.add("--config=file:" + project.resolve("dashboards/collector/collector.yml"));
    command.add("--config=file:" + here);
    for (Path file : more) {
      command.add("--config=file:" + file);
    }
    program =
        LocalProgram.start(
            command,
            Map.of("SAMPLING_SALT", UUID.randomUUID().toString()),
            directory.resolve("collector.log"),
            at(health) + "/");
  }

  /**
   * @param directory for its files
   * @param traces where it sends traces by OTLP
   * @param metrics where it sends metrics by OTLP
   * @param more configuration, which goes before all other
   */
  public static LocalCollector start(
      Path executable, Path project, Path directory, String traces, String metrics, Path... more)
      throws IOException, InterruptedException {
    return new LocalCollector(executable, project, directory, traces, metrics, more);
  }

  /** Returns where it takes traces and metrics by OTLP. */
  public String url() {
    return at(intake);
  }

  /** Returns the page of its own metrics. */
  public String metricsUrl() {
    return at(metrics) + "/metrics";
  }

  String metricsTarget() {
    return "127.0.0.1:" + metrics;
  }

  LocalProgram program() {
    return program;
  }

  private static String at(int port) {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    program.close();
  }
}
