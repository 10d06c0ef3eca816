package dev.warmgate.deploylogs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.deploylogs.Checker.Log;
import dev.warmgate.deploylogs.Checker.Run;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the output formats, the exit status, and that no credentials are printed. */
class DeployLogOutputIT {

  private static final String BROKEN = Checker.FIXTURES.resolve("fail/PORT-IN-USE.log").toString();
  private static final String CLEAN = Checker.FIXTURES.resolve("pass/vite.log").toString();

  @TempDir Path directory;

  @Test
  void jsonHasExactlyTheseKeys() {
    assertThat(check("--file", BROKEN, "--json").json().fieldNames())
        .toIterable()
        .containsExactly(
            "verdict",
            "cause",
            "rule",
            "line",
            "key_line",
            "fix",
            "docs",
            "reason",
            "related",
            "deployment");
  }

  @Test
  void textShowsTheLineInContextTheFixAndTheFoldedCount() {
    assertThat(check("--file", BROKEN).out())
        .contains(
            "BROKEN  port-in-use (rule PORT-IN-USE)",
            "> ",
            "EADDRINUSE",
            "Fix ",
            "Docs ",
            "folded (--all");
    assertThat(check("--file", BROKEN, "--all").out())
        .contains("Related lines")
        .doesNotContain("folded");
    assertThat(check("--file", CLEAN).out()).contains("CLEAN").contains("built in");
    assertThat(check("--file", CLEAN, "--sarif").json().at("/runs/0/results")).isEmpty();
  }

  /** Where no rule knows the message, the tool and its message are the answer. */
  @Test
  void namesTheToolAndQuotesItsMessage() {
    String log = Checker.FIXTURES.resolve("more/jekyll-error--front-matter.log").toString();

    assertThat(check("--file", log).out())
        .contains("BROKEN  jekyll-error: Invalid YAML front matter in ")
        .contains("line 3", "bundle exec jekyll build", "https://jekyllrb.com/");
  }

  @Test
  void sarifPointsToTheLine() {
    JsonNode run = check("--file", BROKEN, "--sarif").json().get("runs").get(0);
    JsonNode result = run.get("results").get(0);

    assertThat(run.at("/tool/driver/rules/0/id").asText()).isEqualTo("PORT-IN-USE");
    assertThat(result.get("ruleId").asText()).isEqualTo("PORT-IN-USE");
    assertThat(result.at("/locations/0/physicalLocation/region/startLine").asInt()).isPositive();
  }

  @Test
  void junitIsXmlWithOneFailure() throws Exception {
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(
                new ByteArrayInputStream(
                    check("--file", BROKEN, "--junit").out().getBytes(StandardCharsets.UTF_8)));

    assertThat(document.getDocumentElement().getAttribute("failures")).isEqualTo("1");
    assertThat(document.getElementsByTagName("failure").getLength()).isEqualTo(1);
  }

  @Test
  void githubAnnotatesTheCauseOnly() {
    assertThat(check("--file", BROKEN, "--github").out().lines())
        .singleElement()
        .asString()
        .startsWith("::error title=port-in-use (PORT-IN-USE),file=")
        .contains("%0AFix: ");
  }

  @Test
  void anEmptyLogIsNeverClean() {
    Run outcome = new Checker(directory).runWithInput(new byte[0], "-");

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.out()).contains("UNKNOWN", "empty");
  }

  @Test
  void aLogThatCannotBeReadIsNeverClean() {
    Run outcome = check("--file", directory.resolve("nowhere.log").toString(), "--file", CLEAN);

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("cannot read");
  }

  @Test
  void droppedLinesAreNeverClean() {
    Log log = new Log("dropped", "✓ built in 1.2s\nMessages dropped: 120\n");

    assertThat(new Checker(directory).judge(List.of(log)).get("dropped").get("verdict").asText())
        .isEqualTo("unknown");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--no-such-option", "--file", "--wait=soon", "--api=soap"})
  void refusesUnknownOptionsAndValues(String argument) {
    Run outcome = check(argument);

    assertThat(outcome.exitCode()).isEqualTo(64);
    assertThat(outcome.err()).contains("try --help");
  }

  @Test
  void helpNamesTheExitStatus() {
    assertThat(check("--help").out()).contains("0 clean, 1 broken, 2 could not tell, 64 usage");
  }

  @Test
  void redactsOnlyTheCredentialsOfUrls() {
    Map<String, String> printed =
        Map.of(
            "postgres://app:p@ss@db:5432/app", "postgres://***@db:5432/app",
            "postgres://app:hunter2@db/ API_TOKEN=ass@", "postgres://***@db/ API_TOKEN=***",
            "postgres://app:pa/ss@db/app", "postgres://***@db/app",
            "redis://:12/34@cache:6379", "redis://***@cache:6379",
            "https://user:secret@npm.example/@scope/lib", "https://***@npm.example/@scope/lib",
            "https://token@git.example/repo.git", "https://***@git.example/repo.git",
            "https://registry.example/@scope/lib", "https://registry.example/@scope/lib",
            "http://localhost:5173/@vite/client", "http://localhost:5173/@vite/client",
            "file:///app/node_modules/@scope/lib/a.js", "file:///app/node_modules/@scope/lib/a.js",
            "webpack://shop/./node_modules/@babel/core",
                "webpack://shop/./node_modules/@babel/core");
    List<Log> logs = new ArrayList<>();
    printed.forEach((url, shown) ->
        logs.add(new Log(shown, "Error: connect ECONNREFUSED " + url + " twice " + url + "\n")));

    assertThat(new Checker(directory).judge(logs))
        .hasSize(printed.size())
        .allSatisfy((shown, finding) ->
            assertThat(finding.get("key_line").asText())
                .contains(shown + " twice " + shown)
                .doesNotContain("ss@", "34@", "secret", "hunter2"));
  }

  /** Only shows that a large log is read to its end; this measures no speed. */
  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void readsTwentyMegabytes() throws IOException {
    Path log = directory.resolve("large.log");
    try (BufferedWriter writer = Files.newBufferedWriter(log)) {
      for (int i = 0; i < 200_000; i++) {
        writer.write(
            "#12 "
                + i
                + ".1 dist/assets/error-"
                + i
                + ".js   255.97 kB │ gzip: 79.51 kB, a line of an ordinary build log\n");
      }
      writer.write("#12 99.9 Error: listen EADDRINUSE: address already in use :::8080\n");
    }

    assertThat(Files.size(log)).isGreaterThan(20_000_000);
    assertThat(check("--file", log.toString(), "--json").json().get("line").asInt())
        .isEqualTo(200_001);
  }

  private Run check(String... arguments) {
    return new Checker(directory).run(arguments);
  }
}
