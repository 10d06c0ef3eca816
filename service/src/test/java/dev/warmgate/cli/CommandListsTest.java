package dev.warmgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that the scripts pass the configuration to every command that needs it. */
final class CommandListsTest {
  private static final List<OperatorCommand> COMMANDS =
      List.of(
          new AdminCommand(),
          new ExportCommand(),
          new ImportCommand(),
          new KeysCommand(),
          new MailCommand(),
          new MigrateCommand(),
          new ServiceKeyCommand());

  @ParameterizedTest
  @ValueSource(strings = {"../scripts/warmgate", "docker/warmgate"})
  void containEveryCommand(String script) throws IOException {
    String list =
        Files.readAllLines(Path.of(script)).stream()
            .filter(line -> line.contains(") configuration=(--config"))
            .findFirst()
            .orElseThrow();

    assertThat(list.substring(0, list.indexOf(')')).strip().split(" \\| "))
        .containsExactlyInAnyOrderElementsOf(
            COMMANDS.stream().map(OperatorCommand::getName).toList());
  }
}
