package dev.warmgate.loadtest.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ChangePointsTest {
  @Test
  void findsThePositionOfAStep() {
    double[] series = noise(new Random(1), 40, 60, 3);
    for (int i = 25; i < 40; i++) {
      series[i] += 12;
    }

    List<ChangePoints.ChangePoint> found = ChangePoints.of(series);

    assertThat(found).hasSize(1);
    assertThat(found.getFirst().index()).isEqualTo(25);
    assertThat(found.getFirst().before()).isCloseTo(60, within(2.0));
    assertThat(found.getFirst().after()).isCloseTo(72, within(2.0));
    assertThat(found.getFirst().chance()).isLessThan(0.001);
  }

  @Test
  void findsTheStartAndTheEndOfASlowWeek() {
    double[] series = noise(new Random(2), 60, 60, 2);
    for (int i = 30; i < 37; i++) {
      series[i] += 10;
    }

    assertThat(ChangePoints.of(series))
        .extracting(ChangePoints.ChangePoint::index)
        .containsExactly(30, 37);
  }

  @Test
  void findsAStepSoonAfterIt() {
    double[] series = noise(new Random(3), 35, 60, 1);
    for (int i = 30; i < 35; i++) {
      series[i] += 10;
    }

    assertThat(ChangePoints.of(series)).hasSize(1);
  }

  @Test
  void findsStepsWithoutNoise() {
    double[] series = IntStream.range(0, 20).mapToDouble(i -> i < 10 ? 5 : 6).toArray();

    assertThat(ChangePoints.of(series))
        .singleElement()
        .satisfies(found -> {
          assertThat(found.index()).isEqualTo(10);
          assertThat(found.chance()).isZero();
        });
  }

  @Test
  void findsNothingInConstants() {
    assertThat(ChangePoints.of(7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7)).isEmpty();
  }

  @Test
  void findsNothingInAFewValues() {
    assertThat(ChangePoints.of()).isEmpty();
    assertThat(ChangePoints.of(1)).isEmpty();
    assertThat(ChangePoints.of(1, 1, 1, 9, 9, 9)).isEmpty();
  }

  @Test
  void rarelyFindsAnythingInNoise() {
    Random random = new Random(4);
    long alarms =
        IntStream.range(0, 200)
            .filter(i -> !ChangePoints.of(noise(random, 60, 60, 5)).isEmpty())
            .count();

    assertThat(alarms).isLessThanOrEqualTo(10);
  }

  @Test
  void toleratesAnOutlier() {
    double[] series = noise(new Random(5), 40, 60, 3);
    series[20] = 300;

    assertThat(ChangePoints.of(series)).isEmpty();
  }

  private static double[] noise(Random random, int length, double mean, double spread) {
    return IntStream.range(0, length)
        .mapToDouble(i -> mean + spread * random.nextGaussian())
        .toArray();
  }
}
