package dev.warmgate.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.stack.Ports;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A local Prometheus that evaluates the project's rules; closing it stops what it started. */
final class Prometheus implements AutoCloseable {
  private static final Duration SCRAPE_INTERVAL = Duration.ofSeconds(1);

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Optional<Process> process;
  private final ApiClient client;

  private Prometheus(Optional<Process> process, String url) {
    this.process = process;
    this.client = new ApiClient(url);
  }

  /** Returns one that runs already. */
  static Prometheus at(String url) {
    return new Prometheus(Optional.empty(), url);
  }

  /** The value of one series at one moment. */
  record SeriesValue(Map<String, String> labels, double value) {}

  /** Starts one that scrapes the service. */
  static Prometheus start(Path project, Path directory, int metricsPort)
      throws IOException, InterruptedException {
    Path data = Files.createDirectories(directory.resolve("prometheus"));
    for (String rules : List.of("recording-rules.yml", "alerts.yml")) {
      String text = Files.readString(project.resolve("dashboards/prometheus").resolve(rules));
      // Evaluate every rule at each scrape, including those with long windows.
      Files.writeString(data.resolve(rules), text.replaceAll("(?m)^    interval: .*\n", ""));
    }
    // The job has the name that OTLP ingestion would give it.
    Files.writeString(
        data.resolve("prometheus.yml"),
        """
        global: {scrape_interval: %1$ds, scrape_timeout: %1$ds, evaluation_interval: %1$ds}
        rule_files: [recording-rules.yml, alerts.yml]
        scrape_configs:
          - job_name: warmgate/warmgate
            static_configs: [{targets: ["127.0.0.1:%2$d"]}]
        """
            .formatted(SCRAPE_INTERVAL.toSeconds(), metricsPort));
    int port = Ports.claim();
    Process process =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + data.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + data.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--enable-feature=exemplar-storage")
            .redirectErrorStream(true)
            .redirectOutput(data.resolve("log").toFile())
            .start();
    Prometheus prometheus = new Prometheus(Optional.of(process), "http://127.0.0.1:" + port);
    prometheus.awaitReady(data.resolve("log"));
    return prometheus;
  }

  private void awaitReady(Path log) throws IOException, InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < end && process.stream().allMatch(Process::isAlive)) {
      if (client.answers("/-/ready", LIMIT)) {
        return;
      }
      Thread.sleep(100);
    }
    close();
    throw new IllegalStateException("Prometheus did not start:\n" + Files.readString(log));
  }

  /** Returns the query's result at that moment. */
  List<SeriesValue> query(String promql, Instant at) throws IOException, InterruptedException {
    JsonNode data = ask("query", Map.of("query", promql, "time", seconds(at))).path("data");
    List<SeriesValue> samples = new ArrayList<>();
    if (data.path("resultType").asText().equals("scalar")) {
      samples.add(new SeriesValue(Map.of(), number(data.path("result").path(1))));
      return samples;
    }
    for (JsonNode series : data.path("result")) {
      Map<String, String> labels = new TreeMap<>();
      series.path("metric").forEachEntry((label, value) -> labels.put(label, value.asText()));
      samples.add(new SeriesValue(labels, number(series.path("value").path(1))));
    }
    return samples;
  }

  /** Returns the current sum of the query's series, 0 if there are none. */
  double sum(String promql) throws IOException, InterruptedException {
    return query(promql, Instant.now()).stream().mapToDouble(SeriesValue::value).sum();
  }

  /** Returns the trace ids of the exemplars of these series. */
  List<String> exemplars(String promql, Instant from, Instant to)
      throws IOException, InterruptedException {
    JsonNode data =
        ask("query_exemplars", Map.of("query", promql, "start", seconds(from), "end", seconds(to)))
            .path("data");
    return Board.stream(data)
        .flatMap(series -> Board.stream(series.path("exemplars")))
        .map(exemplar -> exemplar.path("labels").path("trace_id").asText())
        .toList();
  }

  private JsonNode ask(String what, Map<String, String> parameters)
      throws IOException, InterruptedException {
    StringBuilder query = new StringBuilder("/api/v1/" + what + "?");
    parameters.forEach((name, value) ->
        query
            .append(name)
            .append('=')
            .append(URLEncoder.encode(value, StandardCharsets.UTF_8))
            .append('&'));
    JsonNode answer = client.call("GET", query.toString()).limit(LIMIT).send().json();
    if (!answer.path("status").asText().equals("success")) {
      throw new IOException(answer.path("error").asText());
    }
    return answer;
  }

  private static String seconds(Instant at) {
    return String.format(Locale.ROOT, "%.3f", at.toEpochMilli() / 1e3);
  }

  private static double number(JsonNode text) {
    return switch (text.asText()) {
      case "NaN" -> Double.NaN;
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text.asText());
    };
  }

  @Override
  public void close() {
    client.close();
    process.ifPresent(Prometheus::stop);
  }

  private static void stop(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
