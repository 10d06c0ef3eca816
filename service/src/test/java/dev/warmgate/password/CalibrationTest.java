package dev.warmgate.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CalibrationTest {
  private final List<String> progress = new ArrayList<>();
  private final Calibration calibration = new Calibration(2, Duration.ZERO, "", progress::add);

  @Test
  void measuresAloneAndConcurrently() {
    Calibration.Row row = calibration.measure(new Calibration.Parameters(7168, 5));

    assertThat(row.aloneMs()).isPositive();
    assertThat(row.busyMs()).isPositive();
    assertThat(row.loginsPerSecond()).isPositive();
    assertThat(row.memoryMib()).isEqualTo(14);
    assertThat(row.meetsOwasp()).isTrue();
    assertThat(progress).containsExactly("measuring m=7168 KiB, t=5");
  }

  @Test
  void namesTheLibraryThatHashes() {
    assertThat(calibration.library()).isEqualTo("libsodium");
    assertThat(new Calibration(1, Duration.ZERO, "argon2.so", progress::add).library())
        .startsWith("libsodium, because ");
  }

  @Test
  void marksParametersBelowTheOwaspMinimum() {
    assertThat(calibration.measure(new Calibration.Parameters(7168, 1)).meetsOwasp()).isFalse();
  }

  @Test
  void choosesTheStrongestParametersThatMeetTheTargetUnderLoad() {
    Calibration.Row slow = row(65536, 3, 120);
    Calibration.Row chosen = row(47104, 2, 80);
    Calibration.Row weaker = row(19456, 2, 30);

    assertThat(Calibration.strongest(List.of(weaker, slow, chosen), 100)).contains(chosen);
    assertThat(Calibration.strongest(List.of(weaker, slow, chosen), 20)).isEmpty();
  }

  @Test
  void doesNotMeasureParametersThatCannotMeetTheTarget() {
    assertThat(calibration.measureStronger(List.of(row(19456, 2, 30)), 35)).isEmpty();
    assertThat(progress).isEmpty();
  }

  private static Calibration.Row row(int memoryKib, int iterations, double busyMs) {
    return new Calibration.Row(
        new Calibration.Parameters(memoryKib, iterations), 1, busyMs, 1, 1, 1, true);
  }
}
