package dev.warmgate.loadtest.compare;

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
 * #SHARE} of the baseline's capacity. Exit status: that of the judgement.
 */
final class Baseline {
  private static final int PAIRS = Math.max(5, Integer.getInteger("gate.pairs", 15));
  private static final Duration TURN = Duration.ofSeconds(3);
  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final double SHARE = 0.4;

  private final Contender baseline;
  private final Contender candidate;

  private Baseline(Contender baseline, Contender candidate) {
    this.baseline = baseline;
    this.candidate = candidate;
  }

  public static void main(String[] arguments) throws Exception {
    int status = Comparison.Judgement.INVALID.status();
    try {
      Ending ending = new Ending();
      boolean withAgent = "on".equals(System.getenv("AGENT"));
      Comparison comparison =
          new Baseline(
                  Contender.start(Path.of(arguments[0]), withAgent, ending),
                  Contender.start(Path.of(arguments[1]), withAgent, ending))
              .compare(Double.parseDouble(arguments[3]));
      report(comparison, Path.of(arguments[2]));
      status = comparison.judgement().status();
    } catch (RuntimeException | IOException e) {
      System.err.println("INVALID the comparison did not complete: " + e.getMessage());
    }
    System.exit(status);
  }

  private Comparison compare(double wantedRate) throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      baseline.warmUp(WARM_UP);
      candidate.warmUp(WARM_UP);
    }
    double capacity = wantedRate > 0 ? 0 : baseline.capacity(WARM_UP);
    double rate = wantedRate > 0 ? wantedRate : Math.max(1, SHARE * capacity);
    Comparison comparison = new Comparison(rate);
    System.out.printf(Locale.ROOT, "%d pairs at %.1f logins/s, by turns:%n", PAIRS, rate);
    baseline.measure(rate, WARM_UP);
    candidate.measure(rate, WARM_UP);
    for (int pair = 1; pair <= PAIRS; pair++) {
      Slice before;
      Slice after;
      // The order alternates; otherwise a machine that gets busier would always slow down the same
      // build.
      if (pair % 2 == 1) {
        before = baseline.measure(rate, TURN);
        after = candidate.measure(rate, TURN);
      } else {
        after = candidate.measure(rate, TURN);
        before = baseline.measure(rate, TURN);
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
    lines.add(String.format(Locale.ROOT, "%-7s %s", comparison.judgement(), comparison.reason()));
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
              Comparison.WORSE,
              row.isWorse() ? "WORSE" : "ok"));
    }
    lines.forEach(System.out::println);
    Files.createDirectories(directory);
    Files.write(directory.resolve("baseline.md"), markdown(comparison));
    Files.writeString(directory.resolve("baseline.json"), json(comparison));
  }

  private static List<String> markdown(Comparison comparison) {
    List<String> lines = new ArrayList<>();
    lines.add("## " + comparison.judgement() + ": " + comparison.reason());
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
            Comparison.WORSE));
    return lines;
  }

  private static String json(Comparison comparison) {
    List<String> rows =
        comparison.rows().stream()
            .map(row ->
                String.format(
                    Locale.ROOT,
                    "{\"name\": \"%s\", \"baseline\": %.3f, \"candidate\": %.3f, \"ratio\": %.3f,"
                        + " \"low\": %.3f, \"high\": %.3f}",
                    row.name(),
                    row.baseline(),
                    row.candidate(),
                    row.ratio().median(),
                    row.ratio().low(),
                    row.ratio().high()))
            .toList();
    return String.format(
        Locale.ROOT,
        "{\"verdict\": \"%s\", \"reason\": \"%s\", \"pairs\": %d, \"logins_per_second\": %.1f,"
            + " \"rows\": [%s]}%n",
        comparison.judgement(),
        comparison.reason(),
        comparison.pairs(),
        comparison.loginsPerSecond(),
        String.join(", ", rows));
  }
}
