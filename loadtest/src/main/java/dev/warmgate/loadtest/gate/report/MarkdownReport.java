package dev.warmgate.loadtest.gate.report;

import dev.warmgate.loadtest.gate.measure.RequestRow;
import dev.warmgate.loadtest.gate.verdict.Check;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Formats the report for a pull request: the verdict, its reasons, then the figures. */
final class MarkdownReport {
  private MarkdownReport() {}

  static String of(Report report) {
    StringBuilder text = new StringBuilder();
    text.append("# Gate: ")
        .append(report.verdict())
        .append("\n\n")
        .append(meaning(report))
        .append("\n\n");
    report.reasons().forEach(reason -> text.append("- ").append(cell(reason)).append('\n'));
    text.append(summary(report));
    for (Result simulation : report.simulations()) {
      text.append(simulation(simulation));
    }
    RunEnvironment environment = report.environment();
    text.append("\n## Measured on\n\n")
        .append(
            "%s, commit %s, profile %s; %s, %d cores, %s, JVM %s; agent %s; %s.%n"
                .formatted(
                    environment.time(),
                    environment.commit(),
                    environment.profile(),
                    environment.processor(),
                    environment.cores(),
                    environment.system(),
                    environment.jvm(),
                    environment.agent() ? "on" : "off",
                    environment.hashing()));
    return text.toString();
  }

  static String meaning(Report report) {
    return switch (report.verdict()) {
      case PASS -> "All limits were kept.";
      case FAIL -> "A limit was broken.";
      case INVALID -> "The measurement is not valid: it shows neither success nor failure.";
    };
  }

  private static String summary(Report report) {
    StringBuilder table =
        new StringBuilder("\n| | verdict | seconds | kept |\n|---|---|--:|--:|\n");
    for (Result result : report.simulations()) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %.0f | %d of %d |%n",
              result.title(),
              result.verdict(),
              result.seconds(),
              result.barsKept(),
              result.bars().size()));
    }
    return table.toString();
  }

  private static String simulation(Result simulation) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%n## %s: %s%n%n%.1f logins/s, %.0f s%n",
            simulation.title(),
            simulation.verdict(),
            simulation.loginsPerSecond(),
            simulation.seconds()));
    if (simulation.repeated()) {
      text.append("\nRepeated, because the measurement was not valid:\n\n");
      simulation.checks().stream()
          .filter(check -> !check.ok())
          .forEach(check -> text.append("- ").append(cell(check.line())).append('\n'));
    }
    text.append(
        "\n| request | p95 ms | limit | median | p99 | slowest | ok | shed | limited | unavailable | failed |\n");
    text.append("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
    for (RequestRow row : simulation.requests()) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %.1f | %s | %.1f | %.1f | %.1f | %d | %d | %d | %d | %d |%n",
              row.request(),
              row.p95(),
              limit(simulation, row),
              row.median(),
              row.p99(),
              row.slowest(),
              row.success(),
              row.shed(),
              row.limited(),
              row.unavailable(),
              row.failed()));
    }
    if (!simulation.figures().isEmpty()) {
      text.append('\n')
          .append(
              simulation.figures().entrySet().stream()
                  .sorted(Map.Entry.comparingByKey())
                  .map(figure -> figure.getKey() + " " + Check.number(figure.getValue()))
                  .collect(Collectors.joining(" · ")))
          .append('\n');
    }
    return text.toString();
  }

  static String limit(Result simulation, RequestRow row) {
    return simulation.checks().stream()
        .filter(check -> check.what().equals(row.request() + ".p95"))
        .findFirst()
        .map(check -> check.limit().replace("<= ", "") + (check.ok() ? "" : " OVER"))
        .orElse("");
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
