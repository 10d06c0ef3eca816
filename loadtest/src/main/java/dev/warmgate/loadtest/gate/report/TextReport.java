package dev.warmgate.loadtest.gate.report;

import dev.warmgate.loadtest.gate.measure.RequestRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Formats a result for the terminal: the verdict, a line for each type of request, and the failed
 * checks.
 */
public final class TextReport {
  /** Types with so few requests are shown only if one failed. */
  private static final int FEW = 3;

  private TextReport() {}

  public static List<String> of(Result result) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%-22s %-7s %.1f logins/s, %d requests in %.0f s",
            result.title(),
            result.verdict(),
            result.loginsPerSecond(),
            result.requests().stream().mapToLong(RequestRow::all).sum(),
            result.seconds()));
    result.requests().stream()
        .filter(row -> row.all() > FEW || row.all() > row.success())
        .forEach(row -> lines.add(row(row, result)));
    result.figures().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(figure ->
            String.format(Locale.ROOT, "  %-34s %9.1f", figure.getKey(), figure.getValue()))
        .forEach(lines::add);
    result.checks().stream()
        .filter(check -> check.what().equals("filter order"))
        .forEach(check ->
            lines.add(
                String.format(
                    "  %-18s %s  %s",
                    check.what(), check.detail(), check.ok() ? "ok" : "VIOLATED")));
    result.checks().stream()
        .filter(check -> !check.ok() && !check.what().equals("filter order"))
        .forEach(check -> lines.add("  " + check.kind().verdict() + " " + check.line()));
    return lines;
  }

  private static String row(RequestRow row, Result result) {
    String limit =
        result.checks().stream()
            .filter(check -> check.what().equals(row.request() + ".p95"))
            .findFirst()
            .map(check -> check.limit().replace("<= ", "limit ") + (check.ok() ? "" : ", OVER"))
            .orElse("no limit");
    return String.format(
        Locale.ROOT,
        "  %-18s p95 %7.1f ms (%s)  median %6.1f  slowest %7.1f  %5d ok%s%s%s%s",
        row.request(),
        row.p95(),
        limit,
        row.median(),
        row.slowest(),
        row.success(),
        count(row.shed(), "shed"),
        count(row.limited(), "limited"),
        count(row.unavailable(), "unavailable"),
        count(row.failed(), "failed"));
  }

  private static String count(long count, String what) {
    return count == 0 ? "" : ", " + count + " " + what;
  }

  /** Formats a line for each result: its verdict, seconds, and bars that were kept. */
  public static List<String> table(Report report) {
    return report.simulations().stream()
        .map(result ->
            String.format(
                Locale.ROOT,
                "%-16s %-7s %6.0f s  %d of %d bars kept",
                result.title(),
                result.verdict(),
                result.seconds(),
                result.barsKept(),
                result.bars().size()))
        .toList();
  }

  public static String conclusion(Report report) {
    int repeated = report.simulations().size() - report.counted().size();
    String line =
        String.format(
            "%-7s %d runs, %d checks, %d failed%s",
            report.verdict(),
            report.counted().size(),
            report.counted().stream().mapToInt(one -> one.checks().size()).sum(),
            report.reasons().size(),
            repeated == 0 ? "" : ", " + repeated + " invalid attempts repeated");
    return report.reasons().isEmpty()
        ? line
        : line + "\n  " + String.join("\n  ", report.reasons());
  }
}
