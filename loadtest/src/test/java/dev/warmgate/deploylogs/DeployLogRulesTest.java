package dev.warmgate.deploylogs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.deploylogs.Checker.Log;
import dev.warmgate.deploylogs.Checker.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks the tables of rules: their columns are valid, and fixtures show the effect of each rule.
 */
class DeployLogRulesTest {

  private static final Set<String> FAILING = Set.of("cause", "reason", "clue", "hint", "symptom");
  static final Set<String> GOOD =
      Set.of("noise", "platform", "start", "step", "done", "up", "last", "end");
  private static final Path TABLES = Checker.SCRIPTS.resolve("deploy-logs");

  @TempDir Path directory;

  @Test
  void everyRowHasEightColumnsAKnownClassAndAKnownStage() throws IOException {
    assertThat(rules())
        .allSatisfy(rule -> {
          assertThat(rule).hasSize(8);
          assertThat(rule[1]).matches(name -> FAILING.contains(name) || GOOD.contains(name));
          assertThat(rule[2]).isIn("install", "build", "image", "deploy");
          assertThat(rule[4]).isNotBlank();
        });
  }

  @Test
  void noTwoRulesShareAnId() throws IOException {
    assertThat(rules().stream().map(rule -> rule[0])).doesNotHaveDuplicates();
  }

  @Test
  void everyRuleThatCanFailALogHasACauseAFixADocumentAndAFixture() throws IOException {
    Set<String> topics = Set.copyOf(rows(TABLES.resolve("advice.tsv")).map(row -> row[0]).toList());
    assertThat(rules().stream().filter(rule -> FAILING.contains(rule[1])))
        .allSatisfy(rule -> {
          assertThat(rule[3]).matches("[a-z0-9-]+");
          assertThat(rule[6]).isNotBlank();
          assertThat(rule[7])
              .matches(docs ->
                  docs.startsWith("https://")
                      || (docs.startsWith("@") && topics.contains(docs.substring(1))));
          assertThat(Checker.FIXTURES.resolve("fail").resolve(rule[0] + ".log")).exists();
        });
  }

  /** What the fix speaks of may be outside the lines that are shown. */
  @Test
  void noFixSpeaksOfWhatIsAboveOrBelow() throws IOException {
    assertThat(rules()).allSatisfy(rule -> assertThat(rule[6]).doesNotContain("above", "below"));
  }

  @Test
  void everyPlatformHasALastWordWithAFixture() throws IOException {
    List<String[]> last = rules().stream().filter(rule -> rule[1].equals("last")).toList();
    assertThat(rows(TABLES.resolve("platforms.tsv")).map(row -> row[0]))
        .filteredOn(platform -> !Set.of("platform", "github").contains(platform))
        .allSatisfy(platform -> assertThat(last).anyMatch(rule -> rule[3].equals(platform)));
    assertThat(last)
        .allSatisfy(rule ->
            assertThat(index())
                .anyMatch(row -> row[0].startsWith("pass/") && row[1].equals(rule[0])));
  }

  @Test
  void everyOtherRuleFitsALineOfAFixture() throws IOException {
    List<String> lines = Checker.fixtures().stream().flatMap(log -> log.text().lines()).toList();

    assertThat(rules().stream().filter(rule -> GOOD.contains(rule[1])))
        .filteredOn(rule -> lines.stream().noneMatch(line -> fits(Pattern.compile(rule[4]), line)))
        .extracting(rule -> rule[0])
        .isEmpty();
  }

  /** Prefixes and bullets end at a blank, so a rule's text may begin after any. */
  private static boolean fits(Pattern pattern, String line) {
    String plain = line.replaceAll("\\u001b?\\[[0-9;]+m", "").replace('\t', ' ');
    Matcher matcher = pattern.matcher(plain);
    for (int at = 0; at < plain.length(); at++) {
      if ((at == 0 || plain.charAt(at - 1) == ' ') && matcher.region(at, plain.length()).find()) {
        return true;
      }
    }
    return false;
  }

  /** Without the rule of a last word, the fixture that is named after it is judged otherwise. */
  @Test
  void everyLastWordDecidesItsFixture() throws IOException {
    Map<String, String> texts = new HashMap<>();
    Checker.fixtures("pass").forEach(log -> texts.put(log.name(), log.text()));
    Set<String> last = new HashSet<>();
    rules().stream().filter(rule -> rule[1].equals("last")).forEach(rule -> last.add(rule[0]));
    List<Log> logs = new ArrayList<>();
    for (String[] row : index()) {
      if (last.contains(row[1]) && row[0].startsWith("pass/")) {
        logs.add(new Log(row[0], texts.get(row[0])));
        logs.add(new Log(row[0] + " without", texts.get(row[0]), row[1]));
      }
    }
    Map<String, JsonNode> findings = new Checker(directory).judge(logs);

    assertThat(logs.stream().filter(log -> log.without().isEmpty()))
        .filteredOn(log ->
            answer(findings.get(log.name())).equals(answer(findings.get(log.name() + " without"))))
        .extracting(Log::name)
        .isEmpty();
  }

  private static List<JsonNode> answer(JsonNode finding) {
    return List.of(
        finding.get("verdict"), finding.get("rule"), finding.get("line"), finding.get("success"));
  }

  @Test
  void everyFixtureSaysHowItWasMade() throws IOException {
    Set<String> described = Set.copyOf(index().stream().map(row -> row[0]).toList());
    assertThat(Checker.fixtures()).allSatisfy(log -> assertThat(described).contains(log.name()));
  }

  @Test
  void explainsARuleAndListsThemAll() throws IOException {
    Checker checker = new Checker(directory);
    assertThat(checker.run("--explain", "NPM-ERESOLVE").out())
        .contains("npm-eresolve", "pattern:", "fix:", "https://docs.npmjs.com");
    assertThat(checker.run("--list-rules").out().lines()).hasSameSizeAs(rules());
    Run unknown = checker.run("--explain", "NO-SUCH-RULE");
    assertThat(unknown.exitCode()).isEqualTo(64);
    assertThat(unknown.err()).contains("no rule NO-SUCH-RULE");
  }

  private static List<String[]> index() throws IOException {
    return rows(Checker.FIXTURES.resolve("index.tsv")).toList();
  }

  static List<String[]> rules() throws IOException {
    List<String[]> rules = new ArrayList<>();
    try (Stream<Path> files = Files.list(TABLES.resolve("rules"))) {
      for (Path file : files.sorted().toList()) {
        rules.addAll(rows(file).toList());
      }
    }
    return rules;
  }

  static Stream<String[]> rows(Path table) throws IOException {
    return Files.readAllLines(table).stream()
        .filter(row -> !row.isBlank() && !row.startsWith("#"))
        .map(row -> row.split("\t", -1));
  }
}
