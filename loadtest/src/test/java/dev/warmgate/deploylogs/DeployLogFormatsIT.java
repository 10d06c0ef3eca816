package dev.warmgate.deploylogs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.deploylogs.Checker.Run;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks that the prefixes and wrappings of platforms, shells and consoles do not hide an error.
 */
class DeployLogFormatsIT {

  private static final String ERROR = "npm error Missing script: \"build\"";

  @TempDir Path directory;

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrappings")
  void readsTheErrorThrough(String name, byte[] log, int line) {
    JsonNode finding = judge(log).json();

    assertThat(finding.get("cause").asText()).isEqualTo("missing-script");
    assertThat(finding.get("line").asInt()).isEqualTo(line);
    assertThat(finding.get("fix").asText()).contains("\"build\"");
  }

  static Stream<Arguments> wrappings() {
    return Stream.of(
        wrapping("a UTF-8 byte-order mark", "\uFEFF" + ERROR, 1),
        wrapping(
            "UTF-16 of PowerShell",
            ("\uFEFFstart\r\n" + ERROR + "\r\n"),
            StandardCharsets.UTF_16LE,
            2),
        wrapping("carriage returns of a progress bar", "10%\r50%\r" + ERROR + "\n", 1),
        wrapping(
            "colours",
            "\u001b[31mnpm\u001b[39m \u001b[31merror\u001b[39m Missing script: \"build\"",
            1),
        wrapping(
            "Railway's tags",
            "2026-01-23T13:12:29.6Z [inf]  one\n2026-01-23T13:12:29.7Z [err]  " + ERROR,
            2),
        wrapping(
            "several lines in one entry",
            "2026-01-23T13:12:29.6Z [inf]  one\ntwo\n" + ERROR + "\nfour",
            3),
        wrapping("BuildKit's steps", "#12 59.8 one\n#12 59.9 " + ERROR, 2),
        wrapping("Vercel's clock", "[17:11:13.121] one\n[17:11:13.121] " + ERROR, 2),
        wrapping("Vercel's CLI", "Building: one\nBuilding: " + ERROR, 2),
        wrapping("Netlify's clock", "4:02:29 PM: one\n4:02:29 PM: " + ERROR, 2),
        wrapping("GitHub's clock", "2026-08-19T15:07:54.4109261Z " + ERROR, 1),
        wrapping("Heroku's remote", "remote:        " + ERROR, 1),
        wrapping("turbo's package", "@acme/web:build: " + ERROR, 1),
        wrapping("docker compose", "web-1  | " + ERROR, 1),
        wrapping("PowerShell's command", "npm.cmd : " + ERROR, 1),
        wrapping(
            "JSON entries",
            "{\"level\":\"info\",\"message\":\"one\\nnpm error Missing script: \\\"build\\\"\"}",
            1));
  }

  @Test
  void joinsLinesThatAConsoleWrapped() {
    Run outcome =
        judge(
            """
            node.exe : Some text here tha
            t was cut
            + & "C:\\node.exe" "C:\\npm.js
            + ~~~~~~~~~~~~~~~~~~~~~~~~~~~
            ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
            The database server at `db.ex
            ample.com:5432` was reached b
            ut timed out.
            """);

    assertThat(outcome.json().get("cause").asText()).isEqualTo("database-timeout");
    assertThat(outcome.json().get("line").asInt()).isEqualTo(6);
  }

  @Test
  void doesNotTakeASuccessForTheResultOfTheNextStep() {
    Run outcome = judge("added 3 packages in 1s\n> web@1.0.0 build\n> next build\n");

    assertThat(outcome.json().get("verdict").asText()).isEqualTo("unknown");
    assertThat(outcome.exitCode()).isEqualTo(2);
  }

  @Test
  void namesASymptomOnlyWithoutACause() {
    String symptom = "ELIFECYCLE  Command failed with exit code 1.\n";

    assertThat(cause(judge(symptom))).isEqualTo("build-failed");
    assertThat(cause(judge(symptom + "Type error: Cannot find name 'Row'.\n")))
        .isEqualTo("typescript-error");
  }

  @Test
  void keepsTheCauseAfterAParallelSuccess() {
    Run outcome =
        judge(
            """
            web:build: src/a.ts(1,1): error TS2304: Cannot find name 'x'.
            admin:build: ✓ built in 1.2s
             ERROR  run failed: command  exited (1)
            """);

    assertThat(outcome.json().get("cause").asText()).isEqualTo("typescript-error");
  }

  private static String cause(Run outcome) {
    return outcome.json().get("cause").asText();
  }

  private Run judge(String log) {
    return judge(log.getBytes(StandardCharsets.UTF_8));
  }

  private Run judge(byte[] log) {
    return new Checker(directory).runWithInput(log, "-", "--json");
  }

  private static Arguments wrapping(String name, String log, int line) {
    return wrapping(name, log, StandardCharsets.UTF_8, line);
  }

  private static Arguments wrapping(String name, String log, Charset charset, int line) {
    return Arguments.of(name, log.getBytes(charset), line);
  }
}
