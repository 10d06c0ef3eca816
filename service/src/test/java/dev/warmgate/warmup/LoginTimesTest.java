package dev.warmgate.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LoginTimesTest {
  private final LoginTimes times = new LoginTimes();

  private void add(int count, long nanos) {
    for (int i = 0; i < count; i++) {
      times.add(nanos);
    }
  }

  @Test
  void areNotSettledBefore24Logins() {
    add(23, 100);
    assertThat(times.settled()).isFalse();
    add(1, 100);
    assertThat(times.settled()).isTrue();
  }

  @Test
  void areNotSettledWhileTheyGetSlower() {
    add(12, 100);
    add(12, 111);
    assertThat(times.settled()).isFalse();
    add(12, 111);
    assertThat(times.settled()).isTrue();
  }

  @Test
  void ignoreAFewSlowLogins() {
    add(12, 100);
    add(9, 100);
    add(3, 5000);
    assertThat(times.settled()).isTrue();
    assertThat(times.lastMedian()).isEqualTo(100);
  }
}
