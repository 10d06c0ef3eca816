package dev.warmgate.loadtest.gate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
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
final class ReportFiles {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT);

  private ReportFiles() {}

  static void write(
      GateReport report, Path directory, Map<String, String> environment, PrintStream out)
      throws IOException {
    Files.createDirectories(directory);
    String markdown = MarkdownReport.of(report);
    Files.writeString(directory.resolve("report.json"), JSON.writeValueAsString(report) + "\n");
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
