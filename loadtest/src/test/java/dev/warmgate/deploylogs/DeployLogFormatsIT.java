package dev.warmgate.deploylogs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.deploylogs.Checker.Log;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks that the prefixes and wrappings of platforms, shells and consoles do not hide an error.
 */
class DeployLogFormatsIT {

  private static final String ERROR = "npm error Missing script: \"build\"";

  @TempDir Path directory;

  @Test
  void readsTheErrorThrough() {
    Map<String, JsonNode> findings = new Checker(directory).judge(WRAPPINGS);

    assertThat(findings.entrySet())
        .allSatisfy(finding -> {
          assertThat(finding.getValue().get("cause").asText()).isEqualTo("missing-script");
          assertThat(finding.getValue().get("fix").asText()).contains("\"build\"");
          assertThat(finding.getValue().get("line").asInt())
              .isEqualTo(IN_THE_FIRST_LINE.contains(finding.getKey()) ? 1 : 2);
        });
  }

  private static final Set<String> IN_THE_FIRST_LINE =
      Set.of("byte-order mark", "progress bar", "colours", "GitHub", "turbo", "JSON");

  private static final List<Log> WRAPPINGS =
      List.of(
          new Log("byte-order mark", "\uFEFF" + ERROR),
          new Log("progress bar", "10%\r50%\r" + ERROR),
          new Log(
              "colours",
              "\u001b[31mnpm\u001b[39m \u001b[31merror\u001b[39m Missing script: \"build\""),
          new Log("GitHub", "2026-08-19T15:07:54.4109261Z " + ERROR),
          new Log("turbo", "@acme/web:build: " + ERROR),
          new Log(
              "JSON",
              "{\"level\":\"info\",\"message\":\"one\\nnpm error Missing script:"
                  + " \\\"build\\\"\"}"),
          new Log(
              "Railway",
              "2026-01-23T13:12:29.6Z [inf]  one\n2026-01-23T13:12:29.7Z [err]  " + ERROR),
          new Log(
              "an entry of several lines",
              "2026-01-23T13:12:29.6Z [inf]  one\n" + ERROR + "\nthree"),
          new Log("BuildKit", "#12 59.8 one\n#12 59.9 " + ERROR),
          new Log("Vercel", "[17:11:13.121] one\n[17:11:13.121] " + ERROR),
          new Log("Vercel's CLI", "Building: one\nBuilding: " + ERROR),
          new Log("Netlify", "4:02:29 PM: one\n4:02:29 PM: " + ERROR),
          new Log("Heroku", "remote:        one\nremote:        " + ERROR),
          new Log("docker compose", "web-1  | one\nweb-1  | " + ERROR),
          new Log("PowerShell's command", "npm.cmd : one\nnpm.cmd : " + ERROR));

  @Test
  void readsUtf16() {
    byte[] log = ("\uFEFFstart\r\n" + ERROR + "\r\n").getBytes(StandardCharsets.UTF_16LE);
    JsonNode finding = new Checker(directory).runWithInput(log, "-", "--json").json();

    assertThat(finding.get("cause").asText()).isEqualTo("missing-script");
    assertThat(finding.get("line").asInt()).isEqualTo(2);
  }

  @Test
  void aLineSaysSomethingInItsContext() {
    String symptom = "ELIFECYCLE  Command failed with exit code 1.\n";
    Map<String, JsonNode> findings =
        new Checker(directory)
            .judge(
                List.of(
                    new Log(
                        "lines that a console wrapped",
                        """
                        node.exe : Some text here tha
                        t was cut
                        + & "C:\\node.exe" "C:\\npm.js
                        + ~~~~~~~~~~~~~~~~~~~~~~~~~~~
                        ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
                        The database server at `db.ex
                        ample.com:5432` was reached b
                        ut timed out.
                        """),
                    new Log(
                        "a success before the next step",
                        "added 3 packages in 1s\n> web@1.0.0 build\n> next build\n"),
                    new Log("a symptom alone", symptom),
                    new Log(
                        "a symptom and its cause",
                        symptom + "Type error: Cannot find name 'Row'.\n"),
                    new Log(
                        "a cause before a parallel success",
                        """
                        web:build: src/a.ts(1,1): error TS2304: Cannot find name 'x'.
                        admin:build: ✓ built in 1.2s
                         ERROR  run failed: command  exited (1)
                        """)));

    JsonNode wrapped = findings.get("lines that a console wrapped");
    assertThat(cause(wrapped)).isEqualTo("database-timeout");
    assertThat(wrapped.get("line").asInt()).isEqualTo(6);
    assertThat(findings.get("a success before the next step").get("verdict").asText())
        .isEqualTo("unknown");
    assertThat(cause(findings.get("a symptom alone"))).isEqualTo("build-failed");
    assertThat(cause(findings.get("a symptom and its cause"))).isEqualTo("typescript-error");
    assertThat(cause(findings.get("a cause before a parallel success")))
        .isEqualTo("typescript-error");
  }

  private static String cause(JsonNode finding) {
    return finding.get("cause").asText();
  }
}
