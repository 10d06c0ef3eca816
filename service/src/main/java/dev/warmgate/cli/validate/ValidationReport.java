package dev.warmgate.cli.validate;

import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The findings of a run.
 *
 * @param roundTrip one network round trip, in milliseconds
 */
record ValidationReport(URI base, double roundTrip, List<Finding> findings) {
  boolean ready() {
    return findings.stream().noneMatch(Finding::failed);
  }

  /** Says whether the deployment is ready and, if not, which checks failed. */
  String summary() {
    String failed = names(Finding.Outcome.FAIL);
    String skipped = names(Finding.Outcome.SKIP);
    String counts =
        "%d of %d checks passed".formatted(count(Finding.Outcome.PASS), findings.size());
    String rest = skipped.isEmpty() ? "." : "; not checked: " + skipped + ".";
    return ready()
        ? "Ready: yes. " + counts + rest
        : "Ready: no, because of: " + failed + ". " + counts + rest;
  }

  long count(Finding.Outcome outcome) {
    return findings.stream().filter(finding -> finding.outcome() == outcome).count();
  }

  private String names(Finding.Outcome outcome) {
    return findings.stream()
        .filter(finding -> finding.outcome() == outcome)
        .map(Finding::check)
        .collect(Collectors.joining(", "));
  }

  String text() {
    int checks = width(findings.stream().map(Finding::check).toList());
    int figures =
        width(
            findings.stream().filter(f -> f.target().length() < 40).map(Finding::figure).toList());
    StringBuilder text = new StringBuilder();
    text.append(
        "%s, network round trip %.1f ms (TCP connect, median of 5)%n%n".formatted(base, roundTrip));
    for (Finding finding : findings) {
      String line =
          "%-4s  %s  %s  %s"
              .formatted(
                  finding.outcome(),
                  padded(finding.check(), checks),
                  padded(finding.figure(), figures),
                  finding.target());
      if (finding.outcome() == Finding.Outcome.SKIP) {
        line = "SKIP  %s  %s".formatted(padded(finding.check(), checks), finding.advice());
      }
      text.append(line.stripTrailing()).append(System.lineSeparator());
      if (finding.failed() && !finding.advice().isEmpty()) {
        text.append("      -> ").append(finding.advice()).append(System.lineSeparator());
      }
    }
    return text.append(System.lineSeparator()).append(summary()).toString();
  }

  private static int width(List<String> texts) {
    return Math.min(80, texts.stream().mapToInt(String::length).max().orElse(0));
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
