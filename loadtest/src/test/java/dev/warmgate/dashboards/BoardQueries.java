package dev.warmgate.dashboards;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts the known load on a service, runs every query of boards and rules, and judges the answers.
 */
final class BoardQueries {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** How long the service is idle before and after the measured load. */
  private static final Duration QUIET = Duration.ofSeconds(8);

  private final Path project;
  private final Set<String> firing;
  private final List<String> wrong = new ArrayList<>();
  private int queries;

  /**
   * @param firing alerts that fire because of what does not run here
   */
  BoardQueries(Path project, Set<String> firing) {
    this.project = project;
    this.firing = firing;
  }

  /** The time of the load that the queries were asked about. */
  record Measured(Instant from, Instant to) {}

  /** Returns the wrong answers so far; a check may add its own. */
  List<String> wrong() {
    return wrong;
  }

  String summary() {
    return "%d queries run, %d wrong answers.".formatted(queries, wrong.size());
  }

  Measured ask(KnownLoad load, Prometheus prometheus) throws IOException, InterruptedException {
    load.announce("earlier", "begin");
    load.announce("earlier", "end");
    // Prometheus cannot tell how a series reached its first value, so only the second round is
    // measured.
    KnownLoad.Logins before = load.prepare().plus(load.round());
    awaitCounted(prometheus, before);
    load.announce("known-load", "begin");
    Instant from = Instant.now();
    KnownLoad.Logins logins = load.round();
    awaitCounted(prometheus, before.plus(logins));
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
    return new Measured(from, to);
  }

  /**
   * Returns once the series show exactly the logins that the client counted and {@link #QUIET} has
   * passed.
   */
  private static void awaitCounted(Prometheus prometheus, KnownLoad.Logins logins)
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
  static String filledIn(String promql, long window) {
    return promql
        .replace("$__rate_interval", window + "s")
        .replace("$__range", window + "s")
        .replace("$job", ".+")
        .replace("$instance", ".+");
  }

  /** The load sheds logins: of the others, only the alerts for that must fire. */
  private void askRules(
      Prometheus prometheus, KnownLoad.Logins logins, ExpectedBoards boards, Instant at)
      throws IOException, InterruptedException {
    Set<String> expectedToFire = new HashSet<>(firing);
    expectedToFire.addAll(
        Set.of(
            "WarmgateLoginAvailabilityBurnFast",
            "WarmgateLoginAvailabilityBurnSlow",
            "WarmgateLoginsShed"));
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
}
