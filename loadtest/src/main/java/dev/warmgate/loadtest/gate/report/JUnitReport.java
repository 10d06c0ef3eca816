package dev.warmgate.loadtest.gate.report;

import dev.warmgate.loadtest.gate.verdict.Check;
import dev.warmgate.loadtest.gate.verdict.Verdict;
import java.util.Locale;

/**
 * Formats the report as JUnit XML for CI systems: a suite for each simulation, a case for each
 * check.
 */
final class JUnitReport {
  private JUnitReport() {}

  static String of(Report report) {
    StringBuilder xml =
        new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for (Result simulation : report.simulations()) {
      long failures = count(simulation, Verdict.FAIL);
      long errors = count(simulation, Verdict.INVALID);
      xml.append(
          String.format(
              Locale.ROOT,
              "  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"%d\" time=\"%.1f\">%n",
              simulation.name(),
              simulation.checks().size(),
              failures,
              errors,
              simulation.seconds()));
      simulation.checks().forEach(check -> xml.append(testCase(simulation, check)));
      xml.append("  </testsuite>\n");
    }
    return xml.append("</testsuites>\n").toString();
  }

  private static String testCase(Result simulation, Check check) {
    String head =
        "    <testcase classname=\"gate.%s\" name=\"%s\""
            .formatted(simulation.name(), escape(check.what()));
    if (check.ok()) {
      return head + "/>\n";
    }
    String kind = check.kind().verdict() == Verdict.FAIL ? "failure" : "error";
    return head + "><%s message=\"%s\"/></testcase>\n".formatted(kind, escape(check.line()));
  }

  private static long count(Result simulation, Verdict verdict) {
    return simulation.checks().stream()
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
