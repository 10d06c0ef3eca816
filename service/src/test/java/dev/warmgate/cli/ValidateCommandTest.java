package dev.warmgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ValidateCommandTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "validate",
        "validate --url",
        "validate --url ftp://host",
        "validate --url host",
        "validate --url http://",
        "validate --url http://user:secret@host",
        "validate --url http://host?token=secret",
        "validate --url http://host --timeout 0",
        "validate --url http://host --timeout soon",
        "validate --url http://host --service-key schlüssel-secret",
        "validate --url http://host --unknown"
      })
  void refusesWrongUsageWithStatus64(String arguments) {
    CommandRun ended = CommandRun.validate(arguments.split(" "));

    assertThat(ended.status()).isEqualTo(64);
    assertThat(ended.err()).isNotBlank().doesNotContain("secret", "Exception", "\tat ");
  }

  @Test
  void exitsWithStatus0ForHelp() {
    assertThat(CommandRun.validate("validate", "--help").status()).isZero();
  }
}
