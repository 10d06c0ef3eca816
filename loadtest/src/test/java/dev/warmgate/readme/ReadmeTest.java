package dev.warmgate.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What README names is there: the tests that show its claims, its files, its sections. */
final class ReadmeTest {
  private static final Path ROOT = Path.of(System.getProperty("warmgate.root", ".."));
  private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z]+(?:IT|Test))`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");
  private static final Pattern ANCHOR = Pattern.compile("\\]\\(#([^)]+)\\)");
  private static final Pattern SCRIPT = Pattern.compile("scripts/[a-z/-]+(?:\\.sh|\\.tsv)?");

  private final String text = Files.readString(ROOT.resolve("README.md"));

  ReadmeTest() throws IOException {}

  @Test
  void namesOnlyTestsThatThereAre() throws IOException {
    assertThat(all(TEST)).hasSizeGreaterThan(30).isSubsetOf(tests());
  }

  @Test
  void linksAndNamesOnlyFilesThatThereAre() {
    assertThat(all(LINK)).isNotEmpty().allSatisfy(file -> assertThat(ROOT.resolve(file)).exists());
    assertThat(text(SCRIPT))
        .isNotEmpty()
        .allSatisfy(file -> assertThat(ROOT.resolve(file)).exists());
  }

  @Test
  void linksOnlyToSectionsThatThereAre() {
    Set<String> sections =
        text.lines()
            .filter(line -> line.startsWith("#"))
            .map(line ->
                line.replaceFirst("#+ ", "")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9 -]", "")
                    .replace(' ', '-'))
            .collect(Collectors.toSet());
    assertThat(sections).containsAll(all(ANCHOR));
  }

  private Set<String> all(Pattern pattern) {
    return pattern.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet());
  }

  private Set<String> text(Pattern pattern) {
    return pattern.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
  }

  private static Set<String> tests() throws IOException {
    try (Stream<Path> service = Files.walk(ROOT.resolve("service/src/test/java"));
        Stream<Path> loadtest = Files.walk(ROOT.resolve("loadtest/src/test/java"))) {
      return Stream.concat(service, loadtest)
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java"))
          .map(name -> name.replace(".java", ""))
          .collect(Collectors.toSet());
    }
  }
}
