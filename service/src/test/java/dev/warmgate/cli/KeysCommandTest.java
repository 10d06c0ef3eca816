package dev.warmgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeysCommandTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "keys",
        "keys list",
        "keys --config x",
        "keys --config x destroy",
        "keys --config x retire",
        "keys --config x rotate --now",
      })
  void refusesWrongUsageWithStatus64(String arguments) {
    CommandRun ended = CommandRun.keys(arguments.split(" ", -1));

    assertThat(ended.status()).isEqualTo(64);
    assertThat(ended.err()).isNotBlank().doesNotContain("\tat ");
    assertThat(ended.out()).isEmpty();
  }
}
