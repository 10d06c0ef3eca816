package dev.warmgate.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.stack.StackOptions;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** How long the service is idle before and after the measured load. */
  private static final Duration QUIET = Duration.ofSeconds(8);

  private static final Pattern SERIES = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? .*");
  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]\\w*)=\"");

  /** Metrics that appear only after events which this load does not cause, each with its label. */
  private static final Map<String, String> RARE =
      Map.of("db_client_connection_timeouts_total", "db_client_connection_pool_name");

  private final Path project = TestStack.PROJECT.toAbsolutePath().normalize();
  private final List<String> wrong = new ArrayList<>();
  private Path directory;
  private int queries;

  @Test
  void everyQueryShowsTheKnownLoad() throws IOException, InterruptedException {
    // Kept, for a look at what went wrong.
    directory = Files.createTempDirectory("warmgate-boards");
    run();
    System.out.printf("%d queries run, %d wrong answers. (%s)%n", queries, wrong.size(), directory);
    assertThat(wrong).isEmpty();
  }

  private void run() throws IOException, InterruptedException {
    int metricsPort = Prometheus.freePort();
    StackOptions options =
        new StackOptions(
            project,
            directory.resolve("stack"),
            0,
            0,
            false,
            Map.of("OTEL_CONFIG_FILE", agentConfiguration(metricsPort).toString()));
    try (Stack stack = Stack.startedUntilExit(options, BoardsCheck::print);
        Prometheus prometheus = Prometheus.start(project, directory, metricsPort)) {
      KnownLoad load = new KnownLoad(stack);
      load.announce("earlier", "begin");
      load.announce("earlier", "end");
      // Prometheus cannot tell how a series reached its first value, so only the second round is
      // measured.
      KnownLoad.Logins before = load.prepare().plus(load.round());
      awaitScraped(prometheus, before);
      load.announce("known-load", "begin");
      Instant from = Instant.now();
      KnownLoad.Logins logins = load.round();
      awaitScraped(prometheus, before.plus(logins));
      Instant to = Instant.now();
      // The window begins in the idle time before the load and contains a sample of it.
      long window = Duration.between(from, to).plus(QUIET).toSeconds() - 2;
      System.out.printf("%s within %d s%n", logins, window);

      ExpectedBoards expected = new ExpectedBoards(logins, before.plus(logins), window);
      Expectations expectations = expected.all();
      for (Board board : Board.all(project)) {
        askBoard(board, prometheus, expectations, to, window);
      }
      askRules(prometheus, logins, expected, to);
      lookForTraces(prometheus, stack, from, to);
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
   * Returns once the series show exactly the logins that the client counted and {@link #QUIET} has
   * passed.
   */
  private static void awaitScraped(Prometheus prometheus, KnownLoad.Logins logins)
      throws IOException, InterruptedException {
    Map<String, Integer> wanted =
        Map.of(
            "success", logins.success(),
            "refused", logins.refused(),
            "limited", logins.limited(),
            "shed", logins.shed(),
            "failed", logins.failed());
    long end = System.nanoTime() + LIMIT.toNanos();
    for (Map.Entry<String, Integer> outcome : wanted.entrySet()) {
      double counted = -1;
      while (counted != outcome.getValue()) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException(
              "%s logins: %s counted, the client saw %d"
                  .formatted(outcome.getKey(), counted, outcome.getValue()));
        }
        Thread.sleep(200);
        counted = prometheus.sum(counted(outcome.getKey()));
      }
    }
    Thread.sleep(QUIET.toMillis());
  }

  private static String counted(String outcome) {
    return "sum(warmgate_login_duration_seconds_count{warmgate_outcome=\"%s\"})".formatted(outcome);
  }

  private static void print(String line) {
    System.out.println(line);
  }

  private void askBoard(
      Board board, Prometheus prometheus, Expectations expectations, Instant at, long window)
      throws InterruptedException {
    for (Board.PanelTarget target : board.targets()) {
      if (!target.promql().isEmpty()) {
        try {
          wrong.addAll(
              expectations.judge(target, prometheus.query(filledIn(target.promql(), window), at)));
        } catch (IOException refused) {
          wrong.add(target + ": " + refused.getMessage());
        }
        queries++;
      }
    }
  }

  /** Fills in the variables as Grafana does. */
  private static String filledIn(String promql, long window) {
    return promql
        .replace("$__rate_interval", window + "s")
        .replace("$__range", window + "s")
        .replace("$job", ".+")
        .replace("$instance", ".+");
  }

  /** The load sheds logins: the alerts for that must fire, and no others. */
  private void askRules(
      Prometheus prometheus, KnownLoad.Logins logins, ExpectedBoards boards, Instant at)
      throws IOException, InterruptedException {
    Set<String> expectedToFire =
        Set.of(
            "WarmgateLoginAvailabilityBurnFast",
            "WarmgateLoginAvailabilityBurnSlow",
            "WarmgateLoginsShed");
    for (Rules.Rule rule : Rules.all(project)) {
      boolean expected = !rule.isAlert() || expectedToFire.contains(rule.name());
      boolean slow = rule.name().startsWith("WarmgateLoginLatency") && logins.slowest() > 1.5;
      List<Prometheus.SeriesValue> samples =
          prometheus.query(rule.isAlert() ? rule.promql() : rule.name(), at);
      boolean hasSamples = !samples.isEmpty();
      if (!slow && hasSamples != expected) {
        wrong.add(rule.name() + (hasSamples ? " fires without a cause" : " has no result"));
      }
      if (!rule.isAlert()) {
        samples.stream()
            .filter(sample -> !boards.isRight(rule, sample.value()))
            .forEach(sample -> wrong.add(rule.name() + " is " + sample.value()));
      }
      queries++;
    }
  }

  /** The exemplars of the login charts must lead to existing traces. */
  private void lookForTraces(Prometheus prometheus, Stack stack, Instant from, Instant to)
      throws IOException, InterruptedException {
    List<String> traces = prometheus.exemplars("warmgate_login_duration_seconds_bucket", from, to);
    if (traces.isEmpty()) {
      wrong.add("exemplars: no login has one");
    }
    for (String trace : traces) {
      if (trace.isEmpty() || stack.spans().trace(trace).isEmpty()) {
        wrong.add("exemplars: there is no trace '" + trace + "'");
      }
    }
    queries++;
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
      wrong.add(
          "the metrics differ from those the tests know; compare scraped.txt with " + written);
    }
  }

  private static String scrape(int port) throws IOException, InterruptedException {
    try (ApiClient client = new ApiClient("http://127.0.0.1:" + port)) {
      return client.get("/metrics", "").body();
    }
  }
}
