package dev.warmgate.deploylogs;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lints the checker's tables: each name in them is known, no rule hides another, and a rule that
 * cannot be compiled is refused by its name.
 */
class DeployLogTablesTest {

  private static final Path TABLES = Checker.SCRIPTS.resolve("deploy-logs");
  private static final Pattern TOPIC = Pattern.compile("\\{@([a-z]+)}");
  private static final Set<String> LANGUAGES =
      Set.of("clojure", "elixir", "go", "java", "node", "php", "python", "ruby");

  @TempDir Path directory;

  @Test
  void aGoodRuleSaysNothingOrAKnownPlatform() throws IOException {
    Set<String> platforms = platforms();
    assertThat(DeployLogRulesTest.rules())
        .filteredOn(rule -> DeployLogRulesTest.GOOD.contains(rule[1]) && !rule[3].isEmpty())
        .allSatisfy(rule -> assertThat(platforms).as(rule[0]).contains(rule[3]));
  }

  @Test
  void everyAdviceIsForAKnownPlatformAndLinksToItsPage() throws IOException {
    Set<String> platforms = platforms();
    assertThat(advice())
        .allSatisfy(row -> {
          String[] reader = row[1].split("\\.", -1);
          assertThat(row).hasSize(4);
          assertThat(reader[0])
              .matches(name -> name.isEmpty() || name.equals("any") || platforms.contains(name));
          assertThat(reader.length == 1 || LANGUAGES.contains(reader[1])).as(row[1]).isTrue();
          assertThat(row[3]).startsWith("https://");
        });
    assertThat(advice().stream().map(row -> row[0] + " " + row[1])).doesNotHaveDuplicates();
  }

  @Test
  void everyTopicThatARuleNamesHasAdviceForAnybodyAndIsNamed() throws IOException {
    Set<String> named = new HashSet<>();
    for (String[] rule : DeployLogRulesTest.rules()) {
      TOPIC.matcher(rule[6]).results().forEach(topic -> named.add(topic.group(1)));
      if (rule[7].startsWith("@")) {
        named.add(rule[7].substring(1));
      }
    }
    assertThat(advice().stream().filter(row -> row[1].equals("any")).map(row -> row[0]))
        .containsExactlyInAnyOrderElementsOf(named);
    assertThat(named).containsAll(advice().stream().map(row -> row[0]).toList());
  }

  /** A fix that speaks of a step's command has {1} only. */
  @Test
  void everyToolHasSignsAFixAndAPage() throws IOException {
    List<String[]> tools = DeployLogRulesTest.rows(TABLES.resolve("tools.tsv")).skip(1).toList();
    assertThat(tools)
        .allSatisfy(tool -> {
          assertThat(tool).hasSize(5);
          assertThat(tool[0]).matches("[a-z-]+-(error|exception)");
          assertThat(tool[1] + tool[2]).isNotBlank().doesNotContain("\\d", "\\b", "\"\"", "{");
          assertThat(Pattern.compile(tool[1] + "|" + tool[2])).isNotNull();
          assertThat(tool[3]).isNotBlank().doesNotContain("{@", "above", "below");
          assertThat(tool[4]).startsWith("https://");
        });
    assertThat(tools.stream().map(tool -> tool[0])).doesNotHaveDuplicates();
  }

  /** The earlier rule would always win, but for the lines that it leaves out. */
  @Test
  void noAlternativeStandsInTwoRules() throws IOException {
    Map<String, String[]> first = new HashMap<>();
    for (String[] rule : DeployLogRulesTest.rules()) {
      for (String alternative : alternatives(rule[4])) {
        String[] earlier = first.putIfAbsent(alternative, rule);
        if (earlier != null) {
          assertThat(earlier[5])
              .as("%s in %s and %s", alternative, earlier[0], rule[0])
              .isNotEmpty();
        }
      }
    }
  }

  private static List<String> alternatives(String pattern) {
    List<String> all = new ArrayList<>();
    Matcher part = Pattern.compile("\\\\.|\\[\\^?.[^]]*]|.").matcher(pattern);
    var alternative = new StringBuilder();
    int depth = 0;
    while (part.find()) {
      depth += "({".contains(part.group()) ? 1 : ")}".contains(part.group()) ? -1 : 0;
      if (depth == 0 && part.group().equals("|")) {
        all.add(alternative.toString());
        alternative.setLength(0);
      } else {
        alternative.append(part.group());
      }
    }
    all.add(alternative.toString());
    return all;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a set with a [\\\\] backslash|b",
        "a [set that is not closed",
        "a group that (is not closed",
        "a group that is not) open",
        "a {capture that is not closed",
        "a capture that is not} open",
        "a (group with a {capture} inside)",
        "a {capture with a {capture} inside}",
        "a tab\tinside",
        "an empty||alternative",
        "|an empty alternative",
        "a backslash at the end\\",
        "",
      })
  void refusesARuleThatItCannotCompile(String pattern) throws IOException {
    Path scripts = withRule("BAD-RULE\tcause\tbuild\tbad\t" + pattern + "\t\tfix\thttps://x\n");
    String log = Checker.FIXTURES.resolve("fail/NPM-E404.log").toString();
    Run run = new Checker(directory).from(scripts).run("--file", log);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("rule BAD-RULE: ");
    assertThat(run.out()).isEmpty();
  }

  /** The scripts with one more rule. */
  private Path withRule(String rule) throws IOException {
    Path scripts = Files.createDirectories(directory.resolve("scripts"));
    Path rules = Files.createDirectories(scripts.resolve("deploy-logs/rules"));
    link(Checker.SCRIPTS.resolve("check-fe-deploy-logs.sh"), scripts);
    for (Path folder : List.of(TABLES, TABLES.resolve("rules"))) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          link(file, folder.equals(TABLES) ? rules.getParent() : rules);
        }
      }
    }
    Files.writeString(rules.resolve("99-bad.tsv"), rule);
    return scripts;
  }

  private static void link(Path file, Path folder) throws IOException {
    Files.createSymbolicLink(folder.resolve(file.getFileName()), file);
  }

  private static Set<String> platforms() throws IOException {
    return Set.copyOf(
        DeployLogRulesTest.rows(TABLES.resolve("platforms.tsv")).map(row -> row[0]).toList());
  }

  private static List<String[]> advice() throws IOException {
    return DeployLogRulesTest.rows(TABLES.resolve("advice.tsv")).skip(1).toList();
  }
}
