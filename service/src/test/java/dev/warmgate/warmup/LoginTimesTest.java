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
  void areNotSettledBefore16Logins() {
    add(15, 100);
    assertThat(times.settled()).isFalse();
    add(1, 100);
    assertThat(times.settled()).isTrue();
  }

  @Test
  void areNotSettledWhileTheyGetSlower() {
    add(8, 100);
    add(8, 111);
    assertThat(times.settled()).isFalse();
    add(8, 111);
    assertThat(times.settled()).isTrue();
  }

  @Test
  void ignoreAFewSlowLogins() {
    add(8, 100);
    add(5, 100);
    add(3, 5000);
    assertThat(times.settled()).isTrue();
    assertThat(times.lastMedian()).isEqualTo(100);
  }
}
