package dev.warmgate.loadtest.compare;

import dev.warmgate.loadtest.gate.verdict.Check;
import dev.warmgate.loadtest.gate.verdict.Verdict;
import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.load.ServiceUnderTest;
import dev.warmgate.loadtest.stack.Teardown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Compares two builds: both run at the same time, each with its own PostgreSQL and Redis, and get
 * load by turns of a few seconds, so that other load on the machine affects both. Arguments: the
 * baseline's checkout, the candidate's, the directory for the report, and the rate, 0 for {@link
 * #SHARE} of the baseline's capacity. Exit status: that of the verdict.
 */
public final class Baseline {
  private static final int PAIRS = Math.max(5, Integer.getInteger("gate.pairs", 15));
  private static final Duration TURN = Duration.ofSeconds(3);
  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final double SHARE = 0.4;
  private static final int TOKENS = 8;

  private static final int CLIENTS = 8;

  private final ServiceUnderTest baseline;
  private final ServiceUnderTest candidate;

  private Baseline(ServiceUnderTest baseline, ServiceUnderTest candidate) {
    this.baseline = baseline;
    this.candidate = candidate;
  }

  public static void main(String[] arguments) throws Exception {
    Verdict verdict = Verdict.INVALID;
    try (Teardown teardown = Teardown.atExit()) {
      boolean withAgent = "on".equals(System.getenv("AGENT"));
      Baseline both =
          new Baseline(
              teardown.start(() -> ServiceUnderTest.start(Path.of(arguments[0]), withAgent)),
              teardown.start(() -> ServiceUnderTest.start(Path.of(arguments[1]), withAgent)));
      Comparison comparison = both.compare(Double.parseDouble(arguments[3]));
      report(comparison, Path.of(arguments[2]));
      verdict = comparison.verdict();
    } catch (RuntimeException | IOException e) {
      System.err.println("INVALID the comparison did not complete: " + e.getMessage());
    }
    System.exit(verdict.exitStatus());
  }

  private Comparison compare(double wantedRate) throws IOException, InterruptedException {
    List<String> ofBaseline = baseline.tokens(TOKENS);
    List<String> ofCandidate = candidate.tokens(TOKENS);
    for (int i = 0; i < 3; i++) {
      baseline.logins(CLIENTS, WARM_UP);
      candidate.logins(CLIENTS, WARM_UP);
    }
    double rate =
        wantedRate > 0 ? wantedRate : Math.max(1, SHARE * baseline.capacity(CLIENTS, WARM_UP));
    Comparison comparison = new Comparison(rate);
    System.out.printf(Locale.ROOT, "%d pairs at %.1f logins/s, by turns:%n", PAIRS, rate);
    Slice.measure(baseline, rate, WARM_UP, ofBaseline);
    Slice.measure(candidate, rate, WARM_UP, ofCandidate);
    for (int pair = 1; pair <= PAIRS; pair++) {
      Slice before;
      Slice after;
      // The order alternates; otherwise a machine that gets busier would always slow down the same
      // build.
      if (pair % 2 == 1) {
        before = Slice.measure(baseline, rate, TURN, ofBaseline);
        after = Slice.measure(candidate, rate, TURN, ofCandidate);
      } else {
        after = Slice.measure(candidate, rate, TURN, ofCandidate);
        before = Slice.measure(baseline, rate, TURN, ofBaseline);
      }
      comparison.add(before, after);
      System.out.printf(
          Locale.ROOT,
          "  %d  login p95 %7.1f -> %7.1f ms   CPU per request %6.2f -> %6.2f ms   failed %d -> %d%n",
          pair,
          before.loginP95(),
          after.loginP95(),
          before.cpuMillis(),
          after.cpuMillis(),
          before.failures(),
          after.failures());
    }
    return comparison;
  }

  private static void report(Comparison comparison, Path directory) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(String.format(Locale.ROOT, "%-7s %s", comparison.verdict(), comparison.reason()));
    for (Comparison.Row row : comparison.rows()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-20s %8.2f -> %8.2f  ratio %.2f, 95 %% within %.2f and %.2f (limit: %.2f)  %s",
              row.name(),
              row.baseline(),
              row.candidate(),
              row.ratio().median(),
              row.ratio().low(),
              row.ratio().high(),
              comparison.worseFrom(),
              comparison.isWorse(row) ? "WORSE" : "ok"));
    }
    lines.forEach(System.out::println);
    Files.createDirectories(directory);
    Files.write(directory.resolve("baseline.md"), markdown(comparison));
    Files.writeString(directory.resolve("baseline.json"), json(comparison));
  }

  private static List<String> markdown(Comparison comparison) {
    List<String> lines = new ArrayList<>();
    lines.add("## " + comparison.verdict() + ": " + comparison.reason());
    lines.add("");
    lines.add("| | baseline | this build | ratio | 95 % within |");
    lines.add("|---|---|---|---|---|");
    for (Comparison.Row row : comparison.rows()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "| %s | %.2f | %.2f | %.2f | %.2f – %.2f |",
              row.name(),
              row.baseline(),
              row.candidate(),
              row.ratio().median(),
              row.ratio().low(),
              row.ratio().high()));
    }
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "%d pairs at %.1f logins/s; worse only if the lower bound is over %.2f.",
            comparison.pairs(),
            comparison.loginsPerSecond(),
            comparison.worseFrom()));
    return lines;
  }

  /** What {@code baseline.json} holds. */
  private record Written(
      Verdict verdict,
      String reason,
      int pairs,
      double loginsPerSecond,
      List<Comparison.Row> rows,
      List<Check> checks) {}

  private static String json(Comparison comparison) {
    return Json.file(
        new Written(
            comparison.verdict(),
            comparison.reason(),
            comparison.pairs(),
            comparison.loginsPerSecond(),
            comparison.rows(),
            comparison.checks()));
  }
}
