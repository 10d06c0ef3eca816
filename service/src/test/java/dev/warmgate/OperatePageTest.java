package dev.warmgate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever searches the log for a line of the page for the person on call finds it. */
final class OperatePageTest {
  private static final Path PAGE = Path.of("docs/operate.md");
  private static final Path CODE = Path.of("src/main/java");

  /** The first cell of a row: one line of the log, or more. */
  private static final Pattern CELL = Pattern.compile("(?m)^\\| (`[^|]+`) \\|");

  private static final Pattern LINE = Pattern.compile("`([^`]+)`");

  /** Where a string goes on in the next line of the code. */
  private static final Pattern JOINED = Pattern.compile("\"\\s*\\+ \"");

  @Test
  void quotesLinesThatTheServiceLogs() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf("\n## It does not get ready\n");
    String section = page.substring(begin, page.indexOf("\n## ", begin + 1));
    List<String> lines =
        CELL.matcher(section)
            .results()
            .flatMap(cell -> LINE.matcher(cell.group(1)).results())
            .map((MatchResult line) -> line.group(1).replace("…", "").strip())
            .map(line -> line.replaceAll(":$", ""))
            .toList();
    assertThat(lines).hasSizeGreaterThan(5);

    String code = code();
    assertThat(lines).allSatisfy(line -> assertThat(code).contains(line));
  }

  private static String code() throws IOException {
    StringBuilder code = new StringBuilder();
    try (Stream<Path> files = Files.walk(CODE)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        code.append(JOINED.matcher(Files.readString(file)).replaceAll(""));
      }
    }
    return code.toString();
  }
}
