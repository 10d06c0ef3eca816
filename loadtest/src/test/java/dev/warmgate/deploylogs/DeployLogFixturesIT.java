package dev.warmgate.deploylogs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.deploylogs.Checker.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks that every fixture gets the verdict of its directory, and every failing one the rule it is
 * named after.
 */
class DeployLogFixturesIT {

  @TempDir Path directory;

  @ParameterizedTest(name = "{0}")
  @MethodSource("failing")
  void findsTheCauseTheFixtureIsNamedAfter(Path log) {
    Run outcome = new Checker(directory).run("--file", log.toString(), "--json");

    assertThat(outcome.json().get("rule").asText() + ".log")
        .isEqualTo(log.getFileName().toString());
    assertThat(outcome.json().get("verdict").asText()).isEqualTo("fail");
    assertThat(outcome.json().get("fix").asText()).isNotBlank().doesNotContain("{1}", "{2}");
    assertThat(outcome.exitCode()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("passing")
  void recognisesSuccessAfterARepeatedStep(Path log) {
    Run outcome = new Checker(directory).run("--file", log.toString(), "--json");

    assertThat(outcome.json().get("verdict").asText()).as(outcome.out()).isEqualTo("pass");
    assertThat(outcome.json().get("cause").isNull()).isTrue();
    assertThat(outcome.exitCode()).isZero();
  }

  /** These logs are cut off in the middle of a step. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("unknown")
  void reportsATruncatedLogAsUnknown(Path log) {
    Run outcome = new Checker(directory).run("--file", log.toString(), "--json");

    assertThat(outcome.json().get("verdict").asText()).isEqualTo("unknown");
    assertThat(outcome.exitCode()).isEqualTo(2);
  }

  /** Files named CAUSE--WHAT.log show other forms of the same failure. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("more")
  void findsTheCauseInOtherFormsToo(Path log) {
    Run outcome = new Checker(directory).run("--file", log.toString(), "--json");

    assertThat(outcome.json().get("cause").asText())
        .isEqualTo(log.getFileName().toString().replaceFirst("--.*", ""));
    assertThat(outcome.exitCode()).isEqualTo(1);
  }

  static Stream<Path> more() throws IOException {
    return logs("more");
  }

  static Stream<Path> failing() throws IOException {
    return logs("fail");
  }

  static Stream<Path> passing() throws IOException {
    return logs("pass");
  }

  static Stream<Path> unknown() throws IOException {
    return logs("unknown");
  }

  private static Stream<Path> logs(String verdict) throws IOException {
    try (Stream<Path> files = Files.list(Checker.FIXTURES.resolve(verdict))) {
      return files.sorted().toList().stream();
    }
  }
}
