package dev.warmgate.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.stack.Ports;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.stack.StackOptions;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Runs the service under a known load with a Prometheus that scrapes it, and runs every query of
 * every board and rule: each answer must match the load. It is not named as a test because it needs
 * Prometheus: scripts/tests/boards.sh runs it.
 */
final class BoardsCheck {
  private static final Pattern SERIES = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? .*");
  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]\\w*)=\"");

  /** Metrics that appear only after events which this load does not cause, each with its label. */
  private static final Map<String, String> RARE =
      Map.of("db_client_connection_timeouts_total", "db_client_connection_pool_name");

  private static final String LOGINS = "warmgate_login_duration_seconds_bucket";
  private static final int SECONDS_FOR_EXEMPLARS = 40;

  private final Path project = TestStack.PROJECT.toAbsolutePath().normalize();
  private final BoardQueries queries = new BoardQueries(project, Set.of("WarmgateCollectorAbsent"));
  private Path directory;

  @Test
  void everyQueryShowsTheKnownLoad() throws IOException, InterruptedException {
    // Kept, for a look at what went wrong.
    directory = Files.createTempDirectory("warmgate-boards");
    run();
    System.out.println(queries.summary() + " (" + directory + ")");
    assertThat(queries.wrong()).isEmpty();
  }

  private void run() throws IOException, InterruptedException {
    int metricsPort = Ports.claim();
    StackOptions options =
        new StackOptions(
            project,
            directory.resolve("stack"),
            0,
            0,
            false,
            Map.of("OTEL_CONFIG_FILE", agentConfiguration(metricsPort).toString()));
    try (Stack stack = KnownLoad.stack(options);
        Prometheus prometheus = Prometheus.start(project, directory, metricsPort)) {
      KnownLoad load = new KnownLoad(stack);
      BoardQueries.Measured measured = queries.ask(load, prometheus);
      lookForTraces(prometheus, stack, load, measured.from());
      compareWithScrape(metricsPort);
    }
  }

  /** Returns the service's agent configuration with a pull exporter instead of the periodic one. */
  private Path agentConfiguration(int port) throws IOException {
    String sending = Files.readString(project.resolve("service/config/otel.yml"));
    String scraped =
        sending.replaceFirst(
            "(?s)    - periodic:.*?(?=\n  views:)",
            """
                - pull:
                    exporter:
                      prometheus/development:
                        host: 127.0.0.1
                        port: %d
                        scope_info_enabled: false\
            """
                .formatted(port));
    return Files.writeString(directory.resolve("otel.yml"), scraped);
  }

  /**
   * The exemplars of the login charts must lead to existing traces. A scrape that fails takes its
   * exemplars with it, and the next ones come ten seconds later.
   */
  private void lookForTraces(Prometheus prometheus, Stack stack, KnownLoad load, Instant from)
      throws IOException, InterruptedException {
    List<String> traces = List.of();
    for (int i = 0; i < SECONDS_FOR_EXEMPLARS && traces.isEmpty(); i++) {
      load.spread(1, Duration.ofSeconds(1));
      traces = prometheus.exemplars(LOGINS, from, Instant.now());
    }
    if (traces.isEmpty()) {
      queries.wrong().add("exemplars: no login has one");
    }
    for (String trace : traces) {
      if (trace.isEmpty() || stack.spans().trace(trace).isEmpty()) {
        queries.wrong().add("exemplars: there is no trace '" + trace + "'");
      }
    }
  }

  /** The names in scraped.txt, which the build's tests use, must match a real scrape. */
  private void compareWithScrape(int port) throws IOException, InterruptedException {
    Map<String, Set<String>> series = new TreeMap<>();
    for (String line : scrape(port).lines().filter(line -> !line.startsWith("#")).toList()) {
      Matcher named = SERIES.matcher(line);
      if (named.matches()) {
        Set<String> labels = series.computeIfAbsent(named.group(1), name -> new TreeSet<>());
        if (named.group(2) != null) {
          labels.addAll(Names.found(LABEL, named.group(2), 1));
        }
      }
    }
    RARE.forEach((name, label) -> series.computeIfAbsent(name, rare -> new TreeSet<>()).add(label));
    Map<String, Set<String>> known = Names.scraped(project);
    boolean same =
        series.keySet().equals(known.keySet())
            // An optional label (error.type) may be missing, but no label may be new.
            && series.entrySet().stream()
                .allMatch(metric -> known.get(metric.getKey()).containsAll(metric.getValue()));
    if (!same) {
      Path written =
          Files.write(
              directory.resolve("scraped.txt"),
              series.entrySet().stream()
                  .map(metric ->
                      (metric.getKey() + " " + String.join(" ", metric.getValue())).strip())
                  .toList());
      queries
          .wrong()
          .add("the metrics differ from those the tests know; compare scraped.txt with " + written);
    }
  }

  private static String scrape(int port) throws IOException, InterruptedException {
    try (ApiClient client = new ApiClient("http://127.0.0.1:" + port)) {
      return client.get("/metrics", "").body();
    }
  }
}
