package dev.warmgate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.opentelemetry.sdk.testing.assertj.OpenTelemetryAssertions;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class LoginLatencyTest {
  @RegisterExtension static final OpenTelemetryExtension METRICS = OpenTelemetryExtension.create();

  private final MovableClock clock = new MovableClock();
  private LoginLatency logins;

  @BeforeEach
  void open() {
    logins = new LoginLatency(clock, METRICS.getOpenTelemetry());
  }

  @Test
  void reportsPercentilesAndTheShareUnderTheThreshold() {
    for (int ms = 1; ms <= 98; ms++) {
      logins.record(LoginLatency.Outcome.SUCCESS, ms * 1000L);
    }
    logins.record(LoginLatency.Outcome.REFUSED, 1_499_999);
    logins.record(LoginLatency.Outcome.SUCCESS, 1_500_000);

    LoginLatency.Summary summary = logins.summary();

    assertThat(summary.answered()).isEqualTo(100);
    assertThat(summary.p50Ms()).isCloseTo(50, within(1.0));
    assertThat(summary.p95Ms()).isCloseTo(95, within(1.5));
    assertThat(summary.maxMs()).isCloseTo(1500, within(15.0));
    assertThat(summary.shareUnderLine()).isEqualTo(0.99);
  }

  @Test
  void countsRefusedLoginsButIgnoresTheirLatency() {
    logins.record(LoginLatency.Outcome.SUCCESS, 40_000);
    logins.record(LoginLatency.Outcome.SHED, 100);
    logins.record(LoginLatency.Outcome.LIMITED, 100);

    LoginLatency.Summary summary = logins.summary();

    assertThat(summary.answered()).isEqualTo(1);
    assertThat(summary.outcomes())
        .containsEntry(LoginLatency.Outcome.SHED, 1L)
        .containsEntry(LoginLatency.Outcome.LIMITED, 1L)
        .containsEntry(LoginLatency.Outcome.FAILED, 0L);
  }

  @Test
  void forgetsAfterFifteenMinutes() {
    logins.record(LoginLatency.Outcome.SUCCESS, 1_000_000);
    clock.advance(Duration.ofMinutes(14));
    logins.record(LoginLatency.Outcome.SUCCESS, 1_000);
    assertThat(logins.summary().answered()).isEqualTo(2);
    assertThat(logins.summary().minutes()).hasSize(2);

    clock.advance(Duration.ofMinutes(1));

    assertThat(logins.summary().answered()).isEqualTo(1);
  }

  @Test
  void isExportedWithTheThresholdAsABucketBound() {
    logins.record(LoginLatency.Outcome.SHED, 100);

    assertThat(METRICS.getMetrics())
        .anySatisfy(metric ->
            OpenTelemetryAssertions.assertThat(metric)
                .hasName("warmgate.login.duration")
                .hasUnit("s")
                .hasHistogramSatisfying(histogram ->
                    histogram.hasPointsSatisfying(point ->
                        point
                            .hasAttribute(Telemetry.OUTCOME, "shed")
                            .satisfies(data -> assertThat(data.getBoundaries()).contains(1.5)))));
  }

  private static final class MovableClock extends Clock {
    private Instant now = Instant.parse("2026-11-23T12:00:30Z");

    void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
