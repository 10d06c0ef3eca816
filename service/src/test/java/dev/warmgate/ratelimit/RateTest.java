package dev.warmgate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dropwizard.util.Duration;
import io.github.bucket4j.Bucket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RateTest {
  @Test
  void parsesACountAndAPeriod() {
    assertThat(Rate.parse("60/1m")).isEqualTo(new Rate(60, Duration.minutes(1)));
    assertThat(Rate.parse(" 10/10 minutes ")).isEqualTo(new Rate(10, Duration.minutes(10)));
  }

  @Test
  void allowsNoMoreInItsPeriodIfItIsRefilledAtOnce() {
    BackOffTest.Clock clock = new BackOffTest.Clock();
    Bucket bucket =
        Bucket.builder()
            .addLimit(Rate.parse("10/1d").refilledAtOnce())
            .withCustomTimePrecision(clock)
            .build();
    int allowed = 0;
    for (int minute = 0; minute < 24 * 60; minute++) {
      allowed += bucket.tryConsume(1) ? 1 : 0;
      clock.pass(java.time.Duration.ofMinutes(1));
    }

    assertThat(allowed).isEqualTo(10);
    assertThat(bucket.getAvailableTokens()).isEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "60",
        "/1m",
        "60/",
        "0/1m",
        "-1/1m",
        "060/1m",
        "1.5/1m",
        "60/1m/2",
        "60/0s",
        "60/soon",
        "9999999999/1m",
        "60/-1m"
      })
  void refusesAnythingElse(String text) {
    assertThatThrownBy(() -> Rate.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("must look like 60/1m");
  }
}
