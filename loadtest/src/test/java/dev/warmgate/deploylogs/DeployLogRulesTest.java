package dev.warmgate.deploylogs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.deploylogs.Checker.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks the table of rules: its columns are valid, and fixtures show the effect of each rule. */
class DeployLogRulesTest {

  private static final Set<String> FAILING_CLASSES = Set.of("cause", "clue", "symptom");

  @TempDir Path directory;

  @Test
  void everyRowHasEightColumnsAKnownClassAndAKnownStage() throws IOException {
    assertThat(rules())
        .allSatisfy(rule -> {
          assertThat(rule).hasSize(8);
          assertThat(rule[1]).isIn("noise", "start", "success", "cause", "clue", "symptom");
          assertThat(rule[2]).isIn("install", "build", "image", "deploy");
          assertThat(rule[4]).isNotBlank();
        });
  }

  @Test
  void noTwoRulesShareAnId() throws IOException {
    assertThat(rules().stream().map(rule -> rule[0])).doesNotHaveDuplicates();
  }

  @Test
  void thereAreAtLeastSeventyCauseRules() throws IOException {
    assertThat(rules().stream().filter(rule -> rule[1].equals("cause")))
        .hasSizeGreaterThanOrEqualTo(70);
  }

  @Test
  void everyRuleThatCanFailALogHasACauseAFixADocumentAndBothFixtures() throws IOException {
    assertThat(rules().stream().filter(rule -> FAILING_CLASSES.contains(rule[1])))
        .allSatisfy(rule -> {
          assertThat(rule[3]).matches("[a-z0-9-]+");
          assertThat(rule[6]).isNotBlank();
          assertThat(rule[7]).startsWith("https://");
          assertThat(Checker.FIXTURES.resolve("fail").resolve(rule[0] + ".log")).exists();
          assertThat(Checker.FIXTURES.resolve("pass").resolve(rule[0] + ".log")).exists();
        });
  }

  /**
   * A rule of another class must still matter: without it, the fixture made for it gets another
   * answer.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("silentRules")
  void everyOtherRuleChangesTheAnswerForItsFixture(String rule) throws IOException {
    List<String> logs =
        index().stream()
            .map(row -> row.split("\t", -1))
            .filter(row -> row[1].equals(rule))
            .map(row -> Checker.FIXTURES.resolve(row[0]).toString())
            .toList();
    Checker checker = new Checker(directory);
    Checker without = checker.without(rule);

    assertThat(logs)
        .isNotEmpty()
        .allSatisfy(log -> assertThat(answer(without, log)).isNotEqualTo(answer(checker, log)));
  }

  private static List<JsonNode> answer(Checker checker, String log) {
    JsonNode answer = checker.run("--file", log, "--json").json();
    return List.of(answer.get("verdict"), answer.get("rule"), answer.get("line"));
  }

  @Test
  void everyFixtureSaysHowItWasMade() throws IOException {
    List<String> index = index();
    for (String verdict : List.of("fail", "pass", "more", "unknown")) {
      try (var files = Files.list(Checker.FIXTURES.resolve(verdict))) {
        assertThat(files)
            .allSatisfy(file ->
                assertThat(index)
                    .anyMatch(row -> row.startsWith(verdict + "/" + file.getFileName() + "\t")));
      }
    }
  }

  @Test
  void explainsARuleAndListsThemAll() {
    Checker checker = new Checker(directory);
    assertThat(checker.run("--explain", "NPM-ERESOLVE").out())
        .contains("npm-eresolve", "pattern:", "fix:", "https://docs.npmjs.com");
    assertThat(checker.run("--list-rules").out().lines().count()).isGreaterThan(100);
    Run unknown = checker.run("--explain", "NO-SUCH-RULE");
    assertThat(unknown.exitCode()).isEqualTo(64);
    assertThat(unknown.err()).contains("no rule NO-SUCH-RULE");
  }

  private static List<String> index() throws IOException {
    return Files.readAllLines(Checker.FIXTURES.resolve("index.tsv")).stream()
        .filter(row -> !row.startsWith("#"))
        .toList();
  }

  static Stream<String> silentRules() throws IOException {
    return rules().stream().filter(rule -> !FAILING_CLASSES.contains(rule[1])).map(rule -> rule[0]);
  }

  static List<String[]> rules() throws IOException {
    return Files.readAllLines(Checker.SCRIPTS.resolve(Checker.RULES)).stream()
        .filter(row -> !row.isBlank() && !row.startsWith("#") && !row.startsWith("id\t"))
        .map(row -> row.split("\t", -1))
        .toList();
  }
}
