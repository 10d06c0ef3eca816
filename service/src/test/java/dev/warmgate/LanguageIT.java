package dev.warmgate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts the program under another locale, in which libraries would answer in its language. */
final class LanguageIT {
  @TempDir private Path directory;

  @Test
  void messagesDoNotFollowTheLocaleOfTheMachine() throws Exception {
    Path configuration = directory.resolve("warmgate.yml");
    Files.writeString(configuration, "database: {pool_size: 0}\n");
    List<List<String>> commands =
        List.of(
            List.of("server", configuration.toString()),
            List.of("calibrate", "--threads", "0", "--target-ms", "x"),
            List.of("keys"));
    List<Process> german = new ArrayList<>();
    List<Process> english = new ArrayList<>();
    for (List<String> command : commands) {
      german.add(start(command, "-Duser.language=de", "-Duser.country=DE"));
      english.add(start(command, "-Duser.language=en", "-Duser.country=US"));
    }

    for (int i = 0; i < commands.size(); i++) {
      String message = output(english.get(i));
      assertThat(message).isNotBlank();
      assertThat(output(german.get(i))).isEqualTo(message);
      assertThat(german.get(i).exitValue()).isEqualTo(english.get(i).exitValue()).isPositive();
    }
  }

  private static Process start(List<String> arguments, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    // Not the tests' own, whose lines differ in their times.
    command.add("-Dlogback.configurationFile=logback.xml");
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(WarmgateApplication.class.getName());
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static String output(Process process) throws Exception {
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return text;
  }
}
