package dev.warmgate.loadtest.stack;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.trace.OtlpForwarder;
import dev.warmgate.loadtest.trace.SpanReceiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The collector and Prometheus with the configuration that their containers have, and Jaeger in
 * Tempo's place. They keep nothing beyond the next start. A start that fails leaves no process
 * behind; a program that ends later is reported.
 */
public final class LocalTelemetry implements AutoCloseable {
  private final Teardown teardown = new Teardown();
  private final Path programs;
  private final Path project;
  private final Path directory;
  private final Leftovers leftovers;
  private final Phases phases;
  private final int prometheus;
  private final int jaeger;
  private final int jaegerIntake = Ports.claim();
  private LocalCollector collector;
  private boolean hasPages;

  private LocalTelemetry(
      StackOptions options,
      Path programs,
      StackDirectory directory,
      Leftovers leftovers,
      Phases phases)
      throws IOException {
    this.programs = programs;
    this.project = options.project();
    this.leftovers = leftovers;
    this.phases = phases;
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
      StackOptions options,
      Path programs,
      StackDirectory directory,
      Leftovers leftovers,
      Phases phases)
      throws IOException, InterruptedException {
    LocalTelemetry telemetry = new LocalTelemetry(options, programs, directory, leftovers, phases);
    try {
      telemetry.startJaeger();
      telemetry.startCollector();
      telemetry.startPrometheus();
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
    return collector.url();
  }

  public String prometheusUrl() {
    return url(prometheus);
  }

  public String jaegerUrl() {
    return url(jaeger);
  }

  /**
   * The address of a trace, with the placeholder {@code {trace_id}}: of its page, or of its JSON if
   * Jaeger was built without pages.
   */
  String traceUrl() {
    return jaegerUrl() + (hasPages ? "/trace/{trace_id}" : "/api/traces/{trace_id}");
  }

  /** The address of what the collector kept. */
  String keptUrl() {
    return jaegerUrl() + (hasPages ? "/search" : "/api/traces") + "?service=warmgate";
  }

  private static String url(int port) {
    return "http://127.0.0.1:" + port;
  }

  /** It records no traces of its own, among which those of the service would be hard to find. */
  private void startJaeger() throws IOException, InterruptedException {
    Path file =
        write(
            "jaeger.yml",
            """
            extensions:
              jaeger_storage: {backends: {memory: {memory: {max_traces: 100000}}}}
              jaeger_query:
                enable_tracing: false
                storage: {traces: memory}
                http: {endpoint: "127.0.0.1:%d"}
                grpc: {endpoint: "127.0.0.1:0"}
            receivers:
              otlp: {protocols: {http: {endpoint: "127.0.0.1:%d"}}}
            exporters:
              jaeger_storage_exporter: {trace_storage: memory}
            service:
              extensions: [jaeger_storage, jaeger_query]
              telemetry: {metrics: {level: none}, traces: {level: none}}
              pipelines:
                traces: {receivers: [otlp], exporters: [jaeger_storage_exporter]}
            """
                .formatted(jaeger, jaegerIntake));
    run("jaeger", List.of("--config=file:" + file), jaegerUrl() + "/api/services");
    try (ApiClient client = new ApiClient(jaegerUrl())) {
      hasPages = !client.get("/", "").body().contains("not compiled with the UI assets");
    }
  }

  private void startCollector() throws IOException, InterruptedException {
    collector =
        teardown.start(() ->
            LocalCollector.start(
                programs.resolve("collector"),
                project,
                directory,
                url(jaegerIntake),
                prometheusUrl() + "/api/v1/otlp"));
    watch("collector", collector.program());
  }

  /**
   * It scrapes and evaluates its rules more often, so that even those of long windows show
   * something soon, and none says that the collector has never answered.
   */
  private void startPrometheus() throws IOException, InterruptedException {
    for (String rules : List.of("recording-rules.yml", "alerts.yml")) {
      write(rules, given(rules).replaceAll("(?m)^    interval: .*\n", ""));
    }
    Path file =
        write(
            "prometheus.yml",
            given("prometheus.yml")
                .replaceFirst(
                    "evaluation_interval: .*", "evaluation_interval: 5s\n  scrape_interval: 5s")
                .replaceFirst("collector:\\d+", collector.metricsTarget()));
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

  private String given(String name) throws IOException {
    return Files.readString(project.resolve("dashboards/prometheus").resolve(name));
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  private void run(String name, List<String> arguments, String health)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(programs.resolve(name).toString()));
    command.addAll(arguments);
    Path log = directory.resolve(name + ".log");
    watch(name, teardown.start(() -> LocalProgram.start(command, Map.of(), log, health)));
  }

  private void watch(String name, LocalProgram program) throws IOException {
    leftovers.remember(name, program.handle());
    program.whenEnded(() ->
        phases.note(
            "%s has ended, so traces or metrics are lost until the next start; see %s"
                .formatted(name, directory.resolve(name + ".log"))));
  }

  @Override
  public void close() {
    teardown.close();
  }
}
