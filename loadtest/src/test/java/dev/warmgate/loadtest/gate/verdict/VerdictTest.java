package dev.warmgate.loadtest.gate.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.gate.verdict.Check.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VerdictTest {
  private static final Check SLOW = Check.atMost(Kind.LIMIT, "login.p95", 1600, 1500, "ms");
  private static final Check NOISE = Check.atMost(Kind.MEASUREMENT, "foreign.cpu", 60, 15, "%");
  private static final Check WRONG = Check.that(Kind.ANSWERS, "filter order", false, "swapped");
  private static final Check DEAD =
      Check.that(Kind.TARGET, "service", false, "the service's process ended");
  private static final Check GOOD = Check.atMost(Kind.LIMIT, "ping.p95", 3, 200, "ms");

  @Test
  void passesWhenEveryCheckPasses() {
    assertThat(Verdict.of(List.of(GOOD))).isEqualTo(Verdict.PASS);
  }

  @Test
  void failsWhenALimitIsBroken() {
    assertThat(Verdict.of(List.of(GOOD, SLOW))).isEqualTo(Verdict.FAIL);
  }

  @Test
  void isInvalidWhenABusyMachineIsSlow() {
    assertThat(Verdict.of(List.of(SLOW, NOISE))).isEqualTo(Verdict.INVALID);
  }

  @Test
  void failsWrongAnswersEvenOnABusyMachine() {
    assertThat(Verdict.of(List.of(NOISE, WRONG))).isEqualTo(Verdict.FAIL);
  }

  @Test
  void isInvalidWhenTheServiceEnded() {
    assertThat(Verdict.of(List.of(WRONG, DEAD))).isEqualTo(Verdict.INVALID);
  }

  @Test
  void onlyADisturbedMeasurementIsWorthRepeating() {
    assertThat(Verdict.isDisturbed(List.of(GOOD, NOISE))).isTrue();
    assertThat(Verdict.isDisturbed(List.of(SLOW, NOISE))).isTrue();
    assertThat(Verdict.isDisturbed(List.of(GOOD))).isFalse();
    assertThat(Verdict.isDisturbed(List.of(SLOW))).isFalse();
    assertThat(Verdict.isDisturbed(List.of(NOISE, WRONG))).isFalse();
    assertThat(Verdict.isDisturbed(List.of(NOISE, DEAD))).isFalse();
  }

  @Test
  void showsTheMeasurementAndItsLimit() {
    assertThat(SLOW.line()).isEqualTo("login.p95 1600 ms, not <= 1500");
  }
}
