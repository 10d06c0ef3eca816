package dev.warmgate.loadtest.production;

import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The commands of the page for the person on call, run as it prints them, so that the page and what
 * was tested are the same. A command that fails fails the test.
 */
final class Runbook {
  private static final Path PAGE = TestStack.PROJECT.resolve("service/docs/operate.md");
  private static final Pattern COMMANDS = Pattern.compile("(?s)```sh\n(.*?)```");

  private final Path directory;
  private final Map<String, String> variables;

  /**
   * @param directory where the commands run
   * @param variables what their reader has set
   */
  Runbook(Path directory, Map<String, String> variables) {
    this.directory = directory;
    this.variables = new HashMap<>(variables);
    this.variables.put("JAVA_HOME", System.getProperty("java.home"));
  }

  /** Returns the blocks of commands of a section. */
  static List<String> commands(String section) throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf("\n## " + section + "\n");
    int end = page.indexOf("\n## ", begin + 1);
    return COMMANDS
        .matcher(page.substring(begin, end))
        .results()
        .map((MatchResult block) -> block.group(1))
        .toList();
  }

  void run(String commands) throws IOException, InterruptedException {
    String scripts = TestStack.PROJECT.toRealPath().resolve("scripts") + "/";
    String here = commands.replace("scripts/warmgate", scripts + "warmgate");
    String _ =
        Debian.run(
            List.of("bash", "-euc", "cd \"$1\"\n" + here, "bash", directory.toString()), variables);
  }
}
