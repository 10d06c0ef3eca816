package dev.warmgate.deploylogs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.deploylogs.Checker.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The table of rules is whole: it names its columns rightly, and each rule that can fail a log
 * shows how.
 */
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

  @Test
  void everyFixtureSaysHowItWasMade() throws IOException {
    List<String> index = Files.readAllLines(Checker.FIXTURES.resolve("index.tsv"));
    for (String verdict : List.of("fail", "pass", "more")) {
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
    Outcome unknown = checker.run("--explain", "NO-SUCH-RULE");
    assertThat(unknown.exitCode()).isEqualTo(64);
    assertThat(unknown.err()).contains("no rule NO-SUCH-RULE");
  }

  static List<String[]> rules() throws IOException {
    return Files.readAllLines(Checker.SCRIPTS.resolve("deploy-log-rules.tsv")).stream()
        .filter(row -> !row.isBlank() && !row.startsWith("#") && !row.startsWith("id\t"))
        .map(row -> row.split("\t", -1))
        .toList();
  }
}
