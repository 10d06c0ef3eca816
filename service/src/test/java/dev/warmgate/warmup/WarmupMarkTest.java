package dev.warmgate.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WarmupMarkTest {
  private final WarmupMark mark = WarmupMark.open();

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.8.8.8", "::1", "0:0:0:0:0:0:0:1"})
  void isAcceptedFromThisMachine(String peer) {
    assertThat(mark.matches(mark.secret(), peer)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1", "192.168.1.2", "8.8.8.8", "fe80::1", "2001:db8::1"})
  void isRefusedFromAnotherAddress(String peer) {
    assertThat(mark.matches(mark.secret(), peer)).isFalse();
  }

  @Test
  void isRefusedIfItIsDifferent() {
    assertThat(mark.matches(WarmupMark.open().secret(), "127.0.0.1")).isFalse();
    assertThat(mark.matches("", "127.0.0.1")).isFalse();
    assertThat(mark.matches(null, "127.0.0.1")).isFalse();
  }

  @Test
  void isRefusedAfterTheWarmUp() {
    mark.close();
    assertThat(mark.matches(mark.secret(), "127.0.0.1")).isFalse();

    WarmupMark never = WarmupMark.closed();
    assertThat(never.matches(never.secret(), "127.0.0.1")).isFalse();
  }

  @Test
  void has256Bits() {
    assertThat(mark.secret()).matches("[0-9a-f]{64}");
  }
}
