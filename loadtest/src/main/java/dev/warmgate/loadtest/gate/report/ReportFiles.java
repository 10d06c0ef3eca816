package dev.warmgate.loadtest.gate.report;

import dev.warmgate.loadtest.http.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Writes the report for people and for programs, and also to the job summary and annotations of
 * GitHub Actions.
 */
public final class ReportFiles {
  private ReportFiles() {}

  public static void write(
      Report report, Path directory, Map<String, String> environment, PrintStream out)
      throws IOException {
    Files.createDirectories(directory);
    String markdown = MarkdownReport.of(report);
    Files.writeString(directory.resolve("report.json"), Json.file(report));
    Files.writeString(directory.resolve("report.md"), markdown);
    Files.writeString(directory.resolve("report.html"), HtmlReport.of(report));
    Files.writeString(directory.resolve("junit.xml"), JUnitReport.of(report));
    String summary = environment.getOrDefault("GITHUB_STEP_SUMMARY", "");
    if (!summary.isEmpty()) {
      Files.writeString(
          Path.of(summary), markdown, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    if (environment.containsKey("GITHUB_ACTIONS")) {
      report.reasons().forEach(reason -> out.println("::error title=Gate::" + annotation(reason)));
    }
  }

  /** Escapes a message for a workflow command of GitHub Actions. */
  private static String annotation(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }
}
