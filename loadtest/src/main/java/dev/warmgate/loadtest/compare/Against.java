package dev.warmgate.loadtest.compare;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.loadtest.gate.verdict.Check;
import dev.warmgate.loadtest.gate.verdict.Verdict;
import dev.warmgate.loadtest.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Compares this build with another by the reports that a benchmark wrote in turns: {@code
 * 1-baseline.json} and {@code 1-candidate.json}, and so on. Arguments: the benchmark, the other
 * build's name, the wanted number of rounds, the directory of the reports, and one for {@code
 * against.md} and {@code against.json}. Exit status: 0 same or better, 1 worse, 2 no valid
 * measurement.
 */
public final class Against {
  private final String benchmark;
  private final String baseline;
  private final BenchComparison comparison;

  Against(String benchmark, String baseline, BenchComparison comparison) {
    this.benchmark = benchmark;
    this.baseline = baseline;
    this.comparison = comparison;
  }

  public static void main(String[] arguments) throws IOException {
    BenchComparison comparison = new BenchComparison(Integer.parseInt(arguments[2]));
    Path reports = Path.of(arguments[3]);
    Path candidate = reports.resolve("1-candidate.json");
    for (int round = 1; Files.exists(candidate); round++) {
      comparison.add(read(reports.resolve(round + "-baseline.json")), read(candidate));
      candidate = reports.resolve((round + 1) + "-candidate.json");
    }
    Against against = new Against(arguments[0], arguments[1], comparison);
    against.text().forEach(System.out::println);
    Path directory = Path.of(arguments[4]);
    Files.write(directory.resolve("against.md"), against.markdown());
    Files.writeString(directory.resolve("against.json"), against.json());
    System.exit(comparison.verdict().exitStatus());
  }

  private static JsonNode read(Path report) throws IOException {
    return Json.read(Files.readString(report));
  }

  /** Formats the result for a terminal, the verdict last. */
  List<String> text() {
    List<String> lines = new ArrayList<>();
    for (BenchComparison.Row row : comparison.rows()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-66s %9s -> %9s  %-22s %s",
              row.name(),
              median(row.baseline()),
              median(row.candidate()),
              ratio(row),
              row.word()));
    }
    lines.addAll(notes());
    lines.add(String.format("%-7s %s", comparison.verdict(), conclusion()));
    return lines;
  }

  List<String> markdown() {
    List<String> lines = new ArrayList<>();
    lines.add("## " + comparison.verdict() + ": " + conclusion());
    lines.add("");
    lines.add("| | bar | " + baseline + " | this build | ratio (95 % within) | |");
    lines.add("|---|---|--:|--:|--:|---|");
    for (BenchComparison.Row row : comparison.rows()) {
      lines.add(
          "| %s | %s | %s | %s | %s | %s |"
              .formatted(
                  row.name(),
                  row.limit(),
                  median(row.baseline()),
                  median(row.candidate()),
                  ratio(row),
                  row.word()));
    }
    lines.add("");
    lines.addAll(notes());
    return lines;
  }

  /** What {@code against.json} holds. */
  private record Written(
      Verdict verdict,
      String reason,
      String benchmark,
      String against,
      int rounds,
      List<BenchComparison.Row> figures) {}

  String json() {
    return Json.file(
        new Written(
            comparison.verdict(),
            comparison.reason(),
            benchmark,
            baseline,
            comparison.rounds(),
            comparison.rows()));
  }

  private String conclusion() {
    return "%s against %s: %s".formatted(benchmark, baseline, comparison.reason());
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add(
        String.format(
            Locale.ROOT,
            "%d valid rounds; better or worse only if the interval excludes 1 and the median ratio is over %.2f, or under 1/%.2f.",
            comparison.rounds(),
            comparison.differs(),
            comparison.differs()));
    if (comparison.rounds() < BenchComparison.ENOUGH) {
      notes.add(
          "With fewer than %d rounds the interval covers less than 95 %%."
              .formatted(BenchComparison.ENOUGH));
    }
    if (!comparison.notInBoth().isEmpty()) {
      notes.add("Not measured by both builds: " + String.join("; ", comparison.notInBoth()) + ".");
    }
    return notes;
  }

  private static String median(List<Double> values) {
    double median = Bootstrap.median(values.stream().mapToDouble(Double::doubleValue).toArray());
    return median != Math.rint(median) && Math.abs(median) < 10
        ? String.format(Locale.ROOT, "%.3f", median)
        : Check.number(median);
  }

  private static String ratio(BenchComparison.Row row) {
    return row.ratio() == null
        ? "–"
        : String.format(
            Locale.ROOT,
            "%.3f (%.3f to %.3f)",
            row.ratio().median(),
            row.ratio().low(),
            row.ratio().high());
  }
}
