package dev.warmgate.readme;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One page of the documentation.
 *
 * @param prose its text without the fenced blocks
 * @param blocks the lines of its fenced blocks; a line that ends in a backslash goes on in the next
 */
record Page(Path file, String text, String prose, List<String> blocks) {
  static final Path ROOT = Path.of(System.getProperty("warmgate.root", ".."));

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern SPAN = Pattern.compile("`([^`]+)`");

  /** README.md and every page that it leads to. */
  static List<Page> all() {
    return Stream.of("", "service/docs", "dashboards", "scripts", "loadtest")
        .map(ROOT::resolve)
        .flatMap(Page::in)
        .toList();
  }

  private static Stream<Page> in(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .map(Page::read)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Page read(Path file) {
    try {
      return of(file, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Page of(Path file, String text) {
    StringBuilder prose = new StringBuilder();
    StringBuilder blocks = new StringBuilder();
    boolean fenced = false;
    for (String line : text.lines().toList()) {
      if (line.strip().startsWith("```")) {
        fenced = !fenced;
      } else {
        (fenced ? blocks : prose).append(line).append('\n');
      }
    }
    return new Page(
        file,
        text,
        prose.toString(),
        blocks.toString().replaceAll("\\\\\n *", "").lines().toList());
  }

  /** Its path from the root, as a failed check names it. */
  String name() {
    return ROOT.relativize(file).toString();
  }

  /** What it links to within the repository, pictures included. */
  List<String> links() {
    return LINK.matcher(prose)
        .results()
        .map(found -> found.group(1))
        .filter(link -> !link.matches("[a-z]+:.*"))
        .toList();
  }

  /** Its headings, as links name them. */
  Set<String> anchors() {
    return prose
        .lines()
        .filter(line -> line.matches("#+ .*"))
        .map(line ->
            line.replaceFirst("#+ ", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                .replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  /** What stands in backticks. */
  List<String> spans() {
    return SPAN.matcher(prose).results().map(found -> found.group(1)).toList();
  }

  /** What a reader may type: what stands in backticks or in a block. */
  List<String> commands() {
    List<String> commands = new ArrayList<>(spans());
    commands.addAll(blocks);
    return commands;
  }
}
