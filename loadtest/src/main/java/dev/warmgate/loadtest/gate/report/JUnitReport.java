package dev.warmgate.loadtest.gate.report;

import dev.warmgate.loadtest.gate.verdict.Check;
import dev.warmgate.loadtest.gate.verdict.Verdict;
import java.util.Locale;

/**
 * Formats the report as JUnit XML for CI systems: a suite for each attempt of a simulation, a case
 * for each check. What failed in an attempt that was repeated is marked as skipped.
 */
final class JUnitReport {
  private JUnitReport() {}

  static String of(Report report) {
    StringBuilder xml =
        new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for (Result simulation : report.simulations()) {
      long failures = count(simulation, Verdict.FAIL);
      long errors = count(simulation, Verdict.INVALID);
      long skipped =
          simulation.checks().stream().filter(check -> !check.ok()).count() - failures - errors;
      xml.append(
          String.format(
              Locale.ROOT,
              "  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"%d\" time=\"%.1f\">%n",
              simulation.title(),
              simulation.checks().size(),
              failures,
              errors,
              skipped,
              simulation.seconds()));
      simulation.checks().forEach(check -> xml.append(testCase(simulation, check)));
      xml.append("  </testsuite>\n");
    }
    return xml.append("</testsuites>\n").toString();
  }

  private static String testCase(Result simulation, Check check) {
    String head =
        "    <testcase classname=\"gate.%s\" name=\"%s\""
            .formatted(simulation.title(), escape(check.what()));
    if (check.ok()) {
      return head + "/>\n";
    }
    String kind =
        simulation.repeated()
            ? "skipped"
            : check.kind().verdict() == Verdict.FAIL ? "failure" : "error";
    return head + "><%s message=\"%s\"/></testcase>\n".formatted(kind, escape(check.line()));
  }

  private static long count(Result simulation, Verdict verdict) {
    return simulation.repeated()
        ? 0
        : simulation.checks().stream()
            .filter(check -> !check.ok() && check.kind().verdict() == verdict)
            .count();
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
