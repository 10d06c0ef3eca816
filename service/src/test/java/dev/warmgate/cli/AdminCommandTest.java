package dev.warmgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AdminCommandTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "admin",
        "admin create",
        "admin --config x",
        "admin --config x create",
        "admin --config x create --email",
        "admin --config x create --email a@example.com --password secret",
        "admin --config x demote",
        "admin --config x promote",
        "admin --config x promote --email a@example.com",
        "admin --config x destroy --email a@example.com",
      })
  void refusesWrongUsageWithStatus64(String arguments) {
    CommandRun ended = CommandRun.admin("", arguments.split(" ", -1));

    assertThat(ended.status()).isEqualTo(64);
    assertThat(ended.err()).isNotBlank().doesNotContain("\tat ", "secret\n");
  }

  @Test
  void saysInOneLineThatThereIsNoConfiguration() {
    CommandRun ended =
        CommandRun.admin(
            "", "admin", "--config", "no-such-file", "create", "--email", "a@example.com");

    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.err().strip().lines()).hasSize(1);
    assertThat(ended.err()).contains("no-such-file");
  }
}
