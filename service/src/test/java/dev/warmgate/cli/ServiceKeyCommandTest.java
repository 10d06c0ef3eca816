package dev.warmgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ServiceKeyCommandTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "service-key",
        "service-key list",
        "service-key --config x",
        "service-key --config x destroy",
        "service-key --config x create --name n",
        "service-key --config x create --scope performance",
        "service-key --config x create --name n --scope everything",
        "service-key --config x revoke",
      })
  void refusesWrongUsageWithStatus64(String arguments) {
    CommandRun ended = CommandRun.serviceKey(arguments.split(" ", -1));

    assertThat(ended.status()).isEqualTo(64);
    assertThat(ended.err()).isNotBlank().doesNotContain("\tat ");
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void saysInOneLineThatThereIsNoConfiguration() {
    CommandRun ended = CommandRun.serviceKey("service-key", "--config", "no-such-file", "list");

    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.err().strip().lines()).hasSize(1);
    assertThat(ended.err()).contains("no-such-file");
  }
}
