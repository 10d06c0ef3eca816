package dev.warmgate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.local.LocalBucketBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the back-off for a rate of ten in ten minutes. */
final class BackOffTest {
  private static final Rate TEN_IN_TEN_MINUTES = Rate.parse("10/10m");

  private final Clock clock = new Clock();
  private final Bucket bucket = bucket();

  @Test
  void allowsAsManyAsTheRateSays() {
    for (int i = 0; i < 10; i++) {
      assertThat(bucket.tryConsume(1)).isTrue();
    }

    assertThat(bucket.tryConsume(1)).isFalse();
  }

  @Test
  void doublesTheWaitUpTo16Minutes() {
    assertThat(minutesOf(17)).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 48);
  }

  @Test
  void neverExceeds16Minutes() {
    minutesOf(30);
    List<Integer> later = minutesOf(10);

    for (int i = 1; i < later.size(); i++) {
      assertThat(later.get(i) - later.get(i - 1)).isBetween(15, 16);
    }
  }

  @Test
  void resetsAfterAFewHoursWithoutAttempts() {
    minutesOf(20);
    clock.pass(Duration.ofHours(4));

    assertThat(minutesOf(11)).endsWith(240 + 48 + 3 * 16 + 1);
  }

  @Test
  void doesNotCountReturnedTokens() {
    for (int i = 0; i < 1000; i++) {
      assertThat(bucket.tryConsume(1)).isTrue();
      bucket.addTokens(1);
    }
  }

  /** Returns the minute in which each attempt is allowed if one is made every second. */
  private List<Integer> minutesOf(int attempts) {
    List<Integer> minutes = new ArrayList<>();
    while (minutes.size() < attempts) {
      if (bucket.tryConsume(1)) {
        minutes.add((int) Duration.ofNanos(clock.nanos).toMinutes());
      } else {
        clock.pass(Duration.ofSeconds(1));
      }
    }
    return minutes;
  }

  private Bucket bucket() {
    LocalBucketBuilder builder = Bucket.builder().withCustomTimePrecision(clock);
    for (Bandwidth bandwidth : BackOff.after(TEN_IN_TEN_MINUTES)) {
      builder.addLimit(bandwidth);
    }
    return builder.build();
  }

  static final class Clock implements TimeMeter {
    private long nanos;

    void pass(Duration time) {
      nanos += time.toNanos();
    }

    @Override
    public long currentTimeNanos() {
      return nanos;
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }
}
