package dev.warmgate.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetryScheduleTest {
  private final RetrySchedule backoff =
      new RetrySchedule(Duration.ofSeconds(5), Duration.ofHours(6), 10);

  @ParameterizedTest
  @CsvSource({"1, 5", "2, 20", "3, 80", "4, 320", "7, 20480", "8, 21600", "50, 21600"})
  void quadruplesTheDelayUpToALimit(int attempts, long seconds) {
    Random random = new Random(7);
    for (int i = 0; i < 1000; i++) {
      assertThat(backoff.after(attempts, random))
          .isBetween(Duration.ofMillis(seconds * 500), Duration.ofSeconds(seconds));
    }
  }

  @Test
  void addsJitter() {
    Random random = new Random(7);

    assertThat(random.ints(100).mapToObj(i -> backoff.after(3, random)).distinct().count())
        .isGreaterThan(90);
  }

  @Test
  void givesUpAfterTheLastAttempt() {
    assertThat(backoff.givesUpAfter(9)).isFalse();
    assertThat(backoff.givesUpAfter(10)).isTrue();
  }
}
