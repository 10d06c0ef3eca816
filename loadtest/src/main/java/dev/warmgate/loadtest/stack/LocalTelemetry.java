package dev.warmgate.loadtest.stack;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.trace.OtlpForwarder;
import dev.warmgate.loadtest.trace.SpanReceiver;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The collector and Prometheus with the configuration that their containers have, and Jaeger in
 * Tempo's place. They keep nothing beyond the next start. A start that fails leaves no process
 * behind.
 */
public final class LocalTelemetry implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final int POLL_MILLIS = 100;

  private final Teardown teardown = new Teardown();
  private final Path programs;
  private final Path configuration;
  private final Path directory;
  private final Leftovers leftovers;
  private final int prometheus;
  private final int jaeger;
  private final int jaegerIntake = Ports.claim(0, "");
  private final int collector = Ports.claim(0, "");
  private final int collectorHealth = Ports.claim(0, "");
  private final int collectorMetrics = Ports.claim(0, "");

  private LocalTelemetry(
      StackOptions options, Path programs, StackDirectory directory, Leftovers leftovers)
      throws IOException {
    this.programs = programs;
    this.configuration = options.project().resolve("dashboards");
    this.leftovers = leftovers;
    this.prometheus = Ports.claim(options.prometheusPort(), "PROMETHEUS_PORT");
    this.jaeger = Ports.claim(options.jaegerPort(), "JAEGER_PORT");
    directory.delete("telemetry");
    this.directory = Files.createDirectories(directory.resolve("telemetry"));
  }

  /**
   * @param programs the directory with the programs {@code collector}, {@code prometheus} and
   *     {@code jaeger}
   */
  static LocalTelemetry start(
      StackOptions options, Path programs, StackDirectory directory, Leftovers leftovers)
      throws IOException, InterruptedException {
    LocalTelemetry telemetry = new LocalTelemetry(options, programs, directory, leftovers);
    try {
      telemetry.startJaeger();
      telemetry.startPrometheus();
      telemetry.startCollector();
      return telemetry;
    } catch (IOException | InterruptedException | RuntimeException e) {
      telemetry.close();
      throw e;
    }
  }

  /** Hands everything that the receiver gets to the collector. */
  void follow(SpanReceiver spans) {
    teardown.start(() -> new OtlpForwarder(collectorUrl())).follow(spans);
  }

  public String collectorUrl() {
    return url(collector);
  }

  public String prometheusUrl() {
    return url(prometheus);
  }

  public String jaegerUrl() {
    return url(jaeger);
  }

  /** The address of a trace's page, with the placeholder {@code {trace_id}}. */
  String traceUrl() {
    return jaegerUrl() + "/trace/{trace_id}";
  }

  private static String url(int port) {
    return "http://127.0.0.1:" + port;
  }

  private void startJaeger() throws IOException, InterruptedException {
    Path file =
        write(
            "jaeger.yml",
            """
            extensions:
              jaeger_storage: {backends: {memory: {memory: {max_traces: 100000}}}}
              jaeger_query:
                storage: {traces: memory}
                http: {endpoint: "127.0.0.1:%d"}
                grpc: {endpoint: "127.0.0.1:0"}
            receivers:
              otlp: {protocols: {http: {endpoint: "127.0.0.1:%d"}}}
            exporters:
              jaeger_storage_exporter: {trace_storage: memory}
            service:
              extensions: [jaeger_storage, jaeger_query]
              telemetry: {metrics: {level: none}}
              pipelines:
                traces: {receivers: [otlp], exporters: [jaeger_storage_exporter]}
            """
                .formatted(jaeger, jaegerIntake));
    run("jaeger", List.of("--config=file:" + file), jaegerUrl() + "/api/services");
  }

  /** Its rules are evaluated more often, so that even those of long windows show something soon. */
  private void startPrometheus() throws IOException, InterruptedException {
    for (String rules : List.of("recording-rules.yml", "alerts.yml")) {
      write(rules, given("prometheus/" + rules).replaceAll("(?m)^    interval: .*\n", ""));
    }
    Path file =
        write(
            "prometheus.yml",
            given("prometheus/prometheus.yml")
                .replaceFirst("evaluation_interval: .*", "evaluation_interval: 5s")
                .replaceFirst("collector:\\d+", "127.0.0.1:" + collectorMetrics));
    run(
        "prometheus",
        List.of(
            "--config.file=" + file,
            "--storage.tsdb.path=" + directory.resolve("prometheus"),
            "--web.listen-address=127.0.0.1:" + prometheus,
            "--web.enable-otlp-receiver",
            "--enable-feature=exemplar-storage"),
        prometheusUrl() + "/-/ready");
  }

  private void startCollector() throws IOException, InterruptedException {
    Path here =
        write(
            "collector.yml",
            """
            extensions:
              health_check: {endpoint: "127.0.0.1:%d"}
            receivers:
              otlp: {protocols: {http: {endpoint: "127.0.0.1:%d"}}}
            exporters:
              otlp_http/tempo: {endpoint: "%s"}
              otlp_http/prometheus: {endpoint: "%s/api/v1/otlp"}
            service:
              telemetry:
                metrics:
                  readers:
                    - pull: {exporter: {prometheus: {host: 127.0.0.1, port: %d}}}
            """
                .formatted(
                    collectorHealth,
                    collector,
                    url(jaegerIntake),
                    prometheusUrl(),
                    collectorMetrics));
    run(
        "collector",
        List.of(
            "--config=file:" + configuration.resolve("collector/collector.yml"),
            "--config=file:" + here),
        url(collectorHealth) + "/");
  }

  private String given(String name) throws IOException {
    return Files.readString(configuration.resolve(name));
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  private void run(String program, List<String> arguments, String health)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(programs.resolve(program).toString()));
    command.addAll(arguments);
    Path log = directory.resolve(program + ".log");
    Process process =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    teardown.start(() -> (AutoCloseable) () -> Processes.stop(process.toHandle(), STOP_LIMIT));
    leftovers.remember(program, process.toHandle());
    long end = System.nanoTime() + START_LIMIT.toNanos();
    try (ApiClient client = new ApiClient(health)) {
      while (!client.answers("", START_LIMIT)) {
        if (!process.isAlive() || System.nanoTime() > end) {
          throw new StackFailure("%s did not start; see %s".formatted(program, log));
        }
        Thread.sleep(POLL_MILLIS);
      }
    }
  }

  @Override
  public void close() {
    teardown.close();
  }
}
