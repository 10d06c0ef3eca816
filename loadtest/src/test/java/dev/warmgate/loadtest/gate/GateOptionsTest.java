package dev.warmgate.loadtest.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class GateOptionsTest {
  @Test
  void overridesTheProfile() {
    GateOptions options = GateOptions.parse(new String[] {"--profile", "ci", "--idle", "7"});

    assertThat(options.properties())
        .containsEntry("gate.idle", "7")
        .containsEntry("gate.duration", "25");
    assertThat(options.simulations()).startsWith(Scenario.SMOKE).endsWith(Scenario.COLD_START);
  }

  @Test
  void refusesUnknownValuesAndListsTheValidOnes() {
    refuses("available: smoke, ci, full", "--profile", "quick");
    refuses("available: login.p95", "--set", "logn.p95=1");
    refuses("not 'fast'", "--set", "login.p95=fast");
    refuses("available: Smoke", "--simulation", "nothing");
    refuses("above 0, not '0'", "--rate", "0");
    refuses("from 1 to 9, not '0'", "--attempts", "0");
    refuses("from 1 to 9, not '10'", "--attempts", "10");
    refuses("Unknown option: --fast", "--fast", "1");
  }

  @Test
  void repeatsADisturbedMeasurementTwiceByDefault() {
    assertThat(GateOptions.parse(new String[0]).attempts()).isEqualTo(3);
    assertThat(GateOptions.parse(new String[] {"--attempts", "1"}).attempts()).isEqualTo(1);
  }

  @Test
  void neverMeasuresTheCapacityOfARunningService() {
    refuses("--url needs --rate", "--url", "https://auth.example.com");
  }

  @Test
  void onlySendsRequestsToARunningService() {
    String[] elsewhere = {"--url", "https://auth.example.com", "--rate", "1"};

    refuses(
        "the others stop the service",
        "--url",
        "https://auth.example.com",
        "--rate",
        "1",
        "--simulation",
        "Overload");
    assertThat(GateOptions.parse(elsewhere).simulations()).hasSize(2);
  }

  private static void refuses(String message, String... arguments) {
    assertThatThrownBy(() -> GateOptions.parse(arguments))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
