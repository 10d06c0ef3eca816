package dev.warmgate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.opentelemetry.api.OpenTelemetry;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

final class LatenciesTest {
  private final Latencies latencies =
      new Latencies(
          Clock.fixed(Instant.parse("2026-11-23T12:00:30Z"), ZoneOffset.UTC), OpenTelemetry.noop());

  @Test
  void reportsPercentilesPerEndpoint() {
    for (int ms = 1; ms <= 100; ms++) {
      latencies.record(Latencies.Watched.VERIFY, LoginLatency.Outcome.SUCCESS, ms * 1000L);
    }
    latencies.record(Latencies.Watched.LOGIN, LoginLatency.Outcome.SUCCESS, 60_000);
    latencies.record(Latencies.Watched.NOTHING, LoginLatency.Outcome.SUCCESS, 60_000);

    Latencies.Summary summary = latencies.summary();

    assertThat(summary.verify().answered()).isEqualTo(100);
    assertThat(summary.verify().p50Ms()).isCloseTo(50, within(1.0));
    assertThat(summary.verify().p95Ms()).isCloseTo(95, within(1.5));
    assertThat(summary.verify().p99Ms()).isCloseTo(99, within(1.5));
    assertThat(summary.login().answered()).isEqualTo(1);
    assertThat(summary.ping().answered()).isZero();
  }

  @Test
  void ignoresRefusedAndFailedRequests() {
    latencies.record(Latencies.Watched.LOGIN, LoginLatency.Outcome.SHED, 100);
    latencies.record(Latencies.Watched.VERIFY, LoginLatency.Outcome.LIMITED, 100);
    latencies.record(Latencies.Watched.PING, LoginLatency.Outcome.FAILED, 100);

    Latencies.Summary summary = latencies.summary();

    assertThat(summary.login().answered()).isZero();
    assertThat(summary.verify().answered()).isZero();
    assertThat(summary.ping().answered()).isZero();
  }

  @Test
  void computesOnceASecondAndReportsTheAge() {
    latencies.record(Latencies.Watched.PING, LoginLatency.Outcome.SUCCESS, 1000);
    assertThat(latencies.summary().ping().answered()).isEqualTo(1);
    latencies.record(Latencies.Watched.PING, LoginLatency.Outcome.SUCCESS, 1000);

    Latencies.Summary again = latencies.summary();

    assertThat(again.ageMs()).isBetween(0L, 1000L);
    assertThat(again.ping().answered()).isEqualTo(1);
  }

  @Test
  void allocatesNothingForAnAnswer() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    latencies.record(Latencies.Watched.VERIFY, LoginLatency.Outcome.SUCCESS, 1000);
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1000; i++) {
      latencies.record(Latencies.Watched.VERIFY, LoginLatency.Outcome.SUCCESS, 1000);
    }

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1000);
  }
}
