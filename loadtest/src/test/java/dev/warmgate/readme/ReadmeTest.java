package dev.warmgate.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the pages name is there: links, sections, tests, classes, scripts, options, keys. */
final class ReadmeTest {
  private static final Pattern NAME =
      Pattern.compile("([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)(?:\\.[A-Z_]+)?");

  /** Names from HTTP, which are no classes. */
  private static final Set<String> NO_CLASSES =
      Set.of(
          "Accept", "Allow", "Authorization", "Bearer", "Forwarded", "Host", "Origin", "RateLimit");

  private static final Pattern PATH =
      Pattern.compile("(?:service|loadtest|dashboards|scripts|\\.github)/[^\\s:]*");
  private static final Pattern SCRIPT = Pattern.compile("scripts/[A-Za-z/.-]*[A-Za-z/]");

  /** A script with the words behind it, up to a comment or the next script. */
  private static final Pattern CALL =
      Pattern.compile("(scripts/(?:[a-z-]+\\.sh|warmgate))((?:(?!scripts/| # ).)*)");

  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");
  private static final Pattern KEY = Pattern.compile("[a-z_]+(?:\\.[A-Za-z_0-9\\[\\]]+)+");

  private final List<Page> pages = Page.all();
  private final Page first = Page.read(Page.ROOT.resolve("README.md"));

  @Test
  void sayFirstWhomTheyAreForAndTheFirstIsShort() {
    assertThat(pages).hasSizeGreaterThanOrEqualTo(11);
    for (Page page : pages) {
      assertThat(page.prose().lines().skip(1).filter(line -> !line.isBlank()).findFirst())
          .as(page.name())
          .hasValueSatisfying(line -> assertThat(line).startsWith("For "));
    }
    assertThat(first.text().lines().count()).isLessThanOrEqualTo(150);
  }

  @Test
  void linkOnlyToExistingFilesAndSections() {
    for (Page page : pages) {
      for (String link : page.links()) {
        String[] parts = link.split("#", 2);
        Path file = parts[0].isEmpty() ? page.file() : page.file().resolveSibling(parts[0]);
        assertThat(file).as("%s: %s", page.name(), link).exists();
        if (parts.length > 1) {
          assertThat(Page.read(file).anchors()).as("%s: %s", page.name(), link).contains(parts[1]);
        }
      }
    }
  }

  @Test
  void areAllLinkedFromTheFirst() {
    Set<Path> linked =
        first.links().stream()
            .map(link -> Page.ROOT.resolve(link.replaceFirst("#.*", "")))
            .collect(Collectors.toSet());
    assertThat(linked)
        .containsAll(
            pages.stream().map(Page::file).filter(file -> !file.equals(first.file())).toList());
  }

  @Test
  void nameOnlyTestsAndClassesThatThereAre() {
    Set<String> known = Repository.names();
    Map<String, String> named =
        everywhere(page ->
            page.spans().stream()
                .map(NAME::matcher)
                .filter(found -> found.matches() && !NO_CLASSES.contains(found.group(1)))
                .map(found -> found.group(1)));
    assertThat(named).hasSizeGreaterThan(80);
    named.keySet().removeAll(known);
    assertThat(named).isEmpty();
  }

  @Test
  void nameOnlyFilesThatThereAre() {
    Map<String, String> paths =
        everywhere(page ->
            Stream.concat(
                page.spans().stream()
                    .filter(span -> PATH.matcher(span).matches() && !span.contains("/target/")),
                SCRIPT.matcher(page.text()).results().map(MatchResult::group)));
    assertThat(paths).isNotEmpty();
    paths.forEach((path, page) -> assertThat(Page.ROOT.resolve(path)).as(page).exists());
  }

  @Test
  void callScriptsOnlyWithOptionsThatTheyHave() {
    Map<String, Set<String>> options = new HashMap<>();
    calls((script, words) ->
        assertThat(options.computeIfAbsent(script, Repository::options))
            .as(script)
            .containsAll(optionsIn(words)));
    assertThat(options).hasSizeGreaterThanOrEqualTo(7);

    Set<String> ofAnyScript =
        options.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
    everywhere(page -> page.spans().stream().filter(span -> span.startsWith("--")))
        .forEach((span, page) -> assertThat(ofAnyScript).as(page).containsAll(optionsIn(span)));
  }

  @Test
  void callOnlyCommandsAndMutantsThatThereAre() {
    Set<String> commands = Repository.commands();
    calls((script, words) -> {
      List<String> names =
          Stream.of(words.strip().split(" +"))
              .takeWhile(word -> word.matches("[a-z][a-z-]*"))
              .toList();
      if (script.endsWith("/warmgate")) {
        assertThat(commands).containsAll(names);
      } else if (script.endsWith("/mutants.sh")) {
        assertThat(names)
            .allSatisfy(name ->
                assertThat(Page.ROOT.resolve("service/src/test/mutants/" + name + ".patch"))
                    .exists());
      }
    });
  }

  @Test
  void nameOnlyKeysThatThereAre() {
    Set<String> keys = Repository.configurationKeys();
    Set<String> events = Repository.events();
    Map<String, String> unknown =
        everywhere(page -> {
          boolean all = page.name().endsWith("configuration.md");
          return page.spans().stream()
              .filter(span -> KEY.matcher(span).matches() && !span.startsWith("warmgate."))
              .filter(span -> all || keys.contains(span.replaceFirst("\\..*", "")))
              .filter(span -> !keys.contains(span) && !events.contains(span));
        });
    assertThat(unknown).isEmpty();
  }

  @Test
  void describeEveryVariable() {
    assertThat(variablesOf("service/docs/configuration.md")).isEqualTo(Repository.variables());
    assertThat(variablesOf("dashboards/README.md")).isEqualTo(Repository.agentVariables());
  }

  /** What stands in the first column of the table of variables. */
  private static Set<String> variablesOf(String file) {
    String rows =
        Page.read(Page.ROOT.resolve(file))
            .prose()
            .replaceFirst("(?s).*?\\| variable \\|", "")
            .replaceFirst("(?s)\n\n.*", "")
            .replaceAll("(?m)^\\| ([^|]*)\\|.*", "$1");
    return Repository.found("`([A-Z_]+)`", rows);
  }

  /** Looks at each script that a reader is told to call, with the words behind it. */
  private void calls(BiConsumer<String, String> look) {
    pages.stream()
        .flatMap(page -> page.commands().stream())
        .flatMap(command -> CALL.matcher(command).results())
        .forEach(call -> look.accept(call.group(1), call.group(2)));
  }

  private static List<String> optionsIn(String words) {
    return OPTION.matcher(words).results().map(MatchResult::group).toList();
  }

  /** Each thing that was found, with a page in which it stands. */
  private Map<String, String> everywhere(Function<Page, Stream<String>> finder) {
    return pages.stream()
        .flatMap(page -> finder.apply(page).map(found -> Map.entry(found, page.name())))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, _) -> one));
  }
}
