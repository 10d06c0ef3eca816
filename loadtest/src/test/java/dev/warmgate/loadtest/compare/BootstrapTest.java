package dev.warmgate.loadtest.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class BootstrapTest {
  @Test
  void returnsTheRatioItselfWhenAllAgree() {
    Bootstrap.Interval interval = Bootstrap.ofRatios(1.2, 1.2, 1.2, 1.2, 1.2);

    assertThat(interval.low()).isCloseTo(1.2, within(1e-9));
    assertThat(interval.median()).isCloseTo(1.2, within(1e-9));
    assertThat(interval.high()).isCloseTo(1.2, within(1e-9));
  }

  @Test
  void treatsTwiceAndHalfAlike() {
    Bootstrap.Interval interval = Bootstrap.ofRatios(0.5, 2, 0.5, 2, 0.5, 2);

    assertThat(interval.median()).isCloseTo(1, within(1e-9));
    assertThat(interval.low() * interval.high()).isCloseTo(1, within(0.05));
    assertThat(interval.low()).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void toleratesAFewOutliers() {
    Bootstrap.Interval interval =
        Bootstrap.ofRatios(1, 1.02, 0.98, 9, 1.01, 0.97, 7, 1.03, 0.99, 1.04, 8, 1);

    assertThat(interval.low()).isLessThan(1.05);
    assertThat(interval.median()).isCloseTo(1.015, within(0.01));
  }

  @Test
  void givesTheSameIntervalEachTime() {
    assertThat(Bootstrap.ofRatios(0.9, 1.1, 1.3, 1, 1.05))
        .isEqualTo(Bootstrap.ofRatios(0.9, 1.1, 1.3, 1, 1.05));
  }

  @Test
  void coversTheTrueRatioMostOfTheTime() {
    Random random = new Random(7);
    int covered = 0;
    for (int i = 0; i < 200; i++) {
      Bootstrap.Interval interval = Bootstrap.ofRatios(noisy(random, 1.2, 0.1, 10));
      covered += interval.low() <= 1.2 && 1.2 <= interval.high() ? 1 : 0;
    }

    // With so few pairs the interval is somewhat too narrow.
    assertThat(covered).isBetween(175, 199);
  }

  @Test
  void rarelyReportsEqualBuildsAsWorse() {
    Random random = new Random(11);
    int alarms = 0;
    for (int i = 0; i < 1000; i++) {
      alarms += Bootstrap.ofRatios(noisy(random, 1, 0.2, 8)).low() > 1.10 ? 1 : 0;
    }

    assertThat(alarms).isLessThan(10);
  }

  private static double[] noisy(Random random, double ratio, double spread, int pairs) {
    return random
        .doubles(pairs)
        .map(_ -> ratio * Math.exp(spread * random.nextGaussian()))
        .toArray();
  }
}
