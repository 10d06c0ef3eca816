package dev.warmgate.deploylogs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.deploylogs.Checker.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checks that every fixture gets the verdict of its directory, and every failing one the rule it is
 * named after.
 */
class DeployLogFixturesIT {

  @TempDir static Path directory;
  private static Map<String, JsonNode> findings;

  @BeforeAll
  static void judgeAll() {
    findings = new Checker(directory).judge(Checker.fixtures());
  }

  @Test
  void findsTheCauseTheFixtureIsNamedAfter() {
    assertThat(findingsOf("fail"))
        .allSatisfy(finding -> {
          assertThat(text(finding, "verdict")).isEqualTo("fail");
          assertThat("fail/" + text(finding, "rule") + ".log").isEqualTo(finding.getKey());
          assertThat(text(finding, "fix")).isNotBlank().doesNotContainPattern("[{][@0-9]");
          assertThat(text(finding, "docs")).startsWith("https://");
          assertThat(text(finding, "key_line")).isNotBlank();
        });
  }

  @Test
  void recognisesSuccess() {
    assertThat(findingsOf("pass"))
        .allSatisfy(finding -> {
          assertThat(text(finding, "verdict")).as(finding.toString()).isEqualTo("pass");
          assertThat(finding.getValue().get("cause").isNull()).isTrue();
        });
  }

  /** These logs are cut off in the middle of a step. */
  @Test
  void reportsATruncatedLogAsUnknown() {
    assertThat(findingsOf("unknown"))
        .allSatisfy(finding -> assertThat(text(finding, "verdict")).isEqualTo("unknown"));
  }

  /** Files named CAUSE--WHAT.log show other forms of the same failure. */
  @Test
  void findsTheCauseInOtherFormsToo() {
    assertThat(findingsOf("more"))
        .allSatisfy(finding ->
            assertThat(finding.getKey()).startsWith("more/" + text(finding, "cause") + "--"));
  }

  @ParameterizedTest
  @CsvSource({"fail/NPM-E404.log, 1", "pass/vite.log, 0", "unknown/VITE-START.log, 2"})
  void exitsWithTheVerdict(String fixture, int status) {
    String log = Checker.FIXTURES.resolve(fixture).toString();

    assertThat(new Checker(directory).run("--file", log).exitCode()).isEqualTo(status);
  }

  /**
   * The last line of a run that says only that it failed is never shown where another says more.
   */
  @Test
  void showsTheFirstLineThatLooksLikeTheError() {
    assertThat(text(findings.get("fail/LOOKS-LIKE-ERROR.log"), "key_line")).contains("palette");
    assertThat(text(findings.get("fail/PNPM-IGNORED-HINT.log"), "key_line")).contains("sharp");
    assertThat(text(findings.get("fail/NPM-TOKEN.log"), "cause")).isEqualTo("npm-token-expired");
  }

  @Test
  void refersToTheDocumentationOfTheLogsPlatform() {
    assertThat(text(findings.get("fail/APP-EXITED.log"), "docs")).contains("render.com");
    assertThat(text(findings.get("fail/DEPLOY-FOLDER.log"), "docs")).contains("docs.github.com");
    assertThat(text(findings.get("fail/NO-BUILD-COMMAND.log"), "docs")).contains("cloudflare.com");
    assertThat(text(findings.get("more/healthcheck-failed--digitalocean.log"), "docs"))
        .contains("docs.digitalocean.com");
    assertThat(text(findings.get("more/build-failed--heroku-python.log"), "docs"))
        .contains("python-support");
    assertThat(text(findings.get("fail/PYTHON-SYNTAX.log"), "docs")).contains("docs.python.org");
  }

  /** Only what a log says is redacted, not what the checker says of it. */
  @Test
  void leavesItsOwnWordsAsTheyAre() {
    assertThat(text(findings.get("fail/RAILS-KEY.log"), "fix")).contains("SECRET_KEY_BASE_DUMMY=1");
  }

  @Test
  void aScoreOverAllFixturesIsPrintedByOneCommand() throws Exception {
    Process score =
        new ProcessBuilder(Checker.SCRIPTS.resolve("deploy-logs/score.sh").toString()).start();
    Run run =
        new Run(score.waitFor(), new String(score.getInputStream().readAllBytes(), UTF_8), "");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("called clean 0", "flagged 0 of");
  }

  private static List<Entry<String, JsonNode>> findingsOf(String verdict) {
    return findings.entrySet().stream()
        .filter(finding -> finding.getKey().startsWith(verdict + "/"))
        .toList();
  }

  private static String text(Entry<String, JsonNode> finding, String key) {
    return text(finding.getValue(), key);
  }

  private static String text(JsonNode finding, String key) {
    return finding.get(key).asText();
  }
}
