package dev.warmgate.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | PT0S",
        "120 | PT2M",
        "' 7 ' | PT7S",
        "999999999 | PT24H",
        "Sat, 28 Nov 2026 12:01:30 GMT | PT1M30S",
        "Sat, 28 Nov 2026 11:00:00 GMT | PT0S",
        "Sun, 28 Nov 2027 12:00:00 GMT | PT24H",
        "9999999999 | PT24H",
        "99999999999999999999999999999999999999999 | PT24H",
        "000000000000000000000000000000120 | PT2M",
        "Saturday, 28-Nov-26 12:01:30 GMT | PT1M30S",
        "Sunday, 28-Nov-27 12:00:00 GMT | PT24H",
        "Sunday, 06-Nov-94 08:49:37 GMT | PT0S",
        "Sat Nov 28 12:01:30 2026 | PT1M30S",
        "Tue Dec  1 12:00:00 2026 | PT24H",
        "Sun Nov  6 08:49:37 1994 | PT0S",
      })
  void readsSecondsAndDatesUpToADay(String text, Duration expected) {
    assertThat(RetryAfter.parse(text, NOW)).isEqualTo(expected);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {"", " ", "-1", "1.5", "soon", "1 m", "+1", "0x10", "2026-11-28T12:01:00Z"})
  void ignoresEverythingElse(String text) {
    assertThat(RetryAfter.parse(text, NOW)).isZero();
  }
}
