package dev.warmgate.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class BreakerTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10);
  private final Breaker breaker = new Breaker(now::get);

  @Test
  void opensAtTheFifthConsecutiveFailureAndReportsItOnce() {
    fail(4);
    assertThat(breaker.isOpen()).isFalse();
    assertThat(breaker.allows()).isTrue();

    assertThat(breaker.failed()).isTrue();

    assertThat(breaker.isOpen()).isTrue();
    assertThat(breaker.allows()).isFalse();
    assertThat(breaker.failed()).isFalse();
  }

  @Test
  void staysClosedWhenASuccessComesInBetween() {
    fail(4);
    assertThat(breaker.succeeded()).isFalse();
    fail(4);

    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void allowsOneTrialPerSecond() {
    fail(5);
    now.addAndGet(Duration.ofSeconds(1).toNanos());

    assertThat(breaker.allows()).isTrue();
    assertThat(breaker.allows()).isFalse();
    breaker.failed();
    now.addAndGet(Duration.ofMillis(999).toNanos());
    assertThat(breaker.allows()).isFalse();
  }

  @Test
  void allowsNoTrialWhileAnotherCallerKeepsTrying() {
    fail(5);
    for (int i = 0; i < 10; i++) {
      now.addAndGet(Duration.ofMillis(900).toNanos());
      assertThat(breaker.allows()).isFalse();
      breaker.failed();
    }
  }

  @Test
  void closesAtTheFirstSuccessAndReportsItOnce() {
    fail(5);

    assertThat(breaker.succeeded()).isTrue();

    assertThat(breaker.succeeded()).isFalse();
    assertThat(breaker.allows()).isTrue();
    fail(4);
    assertThat(breaker.isOpen()).isFalse();
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      breaker.failed();
    }
  }
}
