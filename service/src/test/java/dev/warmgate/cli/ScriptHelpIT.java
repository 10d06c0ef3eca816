package dev.warmgate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that the script's help shows what an operator types, not what the script adds. */
final class ScriptHelpIT {
  @ParameterizedTest
  @ValueSource(strings = {"admin", "server"})
  void leavesOutTheConfiguration(String command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(Path.of("../scripts/warmgate").toString(), command, "--help")
            .redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));

    String help = new String(builder.start().getInputStream().readAllBytes(), UTF_8);
    assertThat(help)
        .startsWith("usage: scripts/warmgate " + command + " [-h]")
        .contains("named arguments:\n  -h, --help")
        .doesNotContainIgnoringCase("config", "file");
  }
}
