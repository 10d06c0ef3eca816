package dev.warmgate.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class HashTimeEstimatorTest {
  private final HashTimeEstimator time = new HashTimeEstimator();

  @Test
  void followsALastingChangeWithinEightHashes() {
    add(60, 8);

    assertThat(time.nanos()).isEqualTo(millis(60));
  }

  @Test
  void ignoresAPause() {
    add(20, 15);
    add(3000, 4);

    assertThat(time.nanos()).isEqualTo(millis(20));
  }

  @Test
  void ignoresTheCheapHashesOfTheWarmUp() {
    add(20, 15);
    add(0, 15);

    assertThat(time.nanos()).isEqualTo(millis(20));
  }

  private void add(long millis, int times) {
    for (int i = 0; i < times; i++) {
      time.add(millis(millis));
    }
  }

  private static long millis(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }
}
