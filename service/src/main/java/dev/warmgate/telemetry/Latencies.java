package dev.warmgate.telemetry;

import dev.warmgate.request.Watched;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.util.stream.Stream;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * How long the endpoints with a target of their own took lately. Recording allocates nothing, and
 * reading gives the same figures for a second, so that both may be done in every request.
 */
public final class Latencies {
  private static final int WINDOW_MINUTES = 5;
  private static final long FRESH_NANOS = 1_000_000_000;
  private static final long LONGEST_MICROS = 60_000_000;

  /** An endpoint whose latency is watched. */
  public enum Watched {
    LOGIN,
    VERIFY,
    PING,
    NOTHING
  }

  /** Of the answers in the window, without what was turned away or failed. */
  public record Percentiles(long answered, double p50Ms, double p95Ms, double p99Ms) {
    static Percentiles of(Stream<? extends AbstractHistogram> minutes) {
      Histogram all = newHistogram();
      minutes.forEach(all::add);
      return new Percentiles(
          all.getTotalCount(),
          millis(all.getValueAtPercentile(50)),
          millis(all.getValueAtPercentile(95)),
          millis(all.getValueAtPercentile(99)));
    }
  }

  /**
   * All of them.
   *
   * @param ageMs how long ago they were computed
   */
  public record Summary(
      int windowMinutes, long ageMs, Percentiles login, Percentiles verify, Percentiles ping) {}

  private record Computed(long atNanos, Percentiles login, Percentiles verify, Percentiles ping) {}

  private final LoginLatency logins;
  private final Minutes<AtomicHistogram> verifications;
  private final Minutes<AtomicHistogram> pings;
  private volatile @Nullable Computed computed;

  public Latencies(Clock clock, OpenTelemetry telemetry) {
    logins = new LoginLatency(clock, telemetry);
    verifications = new Minutes<>(clock, WINDOW_MINUTES, Latencies::newAtomicHistogram);
    pings = new Minutes<>(clock, WINDOW_MINUTES, Latencies::newAtomicHistogram);
  }

  static AtomicHistogram newAtomicHistogram() {
    return new AtomicHistogram(LONGEST_MICROS, 2);
  }

  static Histogram newHistogram() {
    return new Histogram(LONGEST_MICROS, 2);
  }

  static void record(AtomicHistogram histogram, long micros) {
    histogram.recordValue(Math.min(micros, LONGEST_MICROS));
  }

  static double millis(long micros) {
    return Math.round(micros / 100.0) / 10.0;
  }

  /** The logins by what became of them. */
  public LoginLatency logins() {
    return logins;
  }

  /** Enters one answer. */
  public void record(Watched endpoint, LoginLatency.Outcome outcome, long tookMicros) {
    switch (endpoint) {
      case LOGIN -> logins.record(outcome, tookMicros);
      case VERIFY -> record(verifications, outcome, tookMicros);
      case PING -> record(pings, outcome, tookMicros);
      case NOTHING -> {}
    }
  }

  private static void record(
      Minutes<AtomicHistogram> minutes, LoginLatency.Outcome outcome, long tookMicros) {
    if (outcome.isAnswered()) {
      record(minutes.now(), tookMicros);
    }
  }

  public Summary summary() {
    long now = System.nanoTime();
    Computed known = computed;
    if (known == null || now - known.atNanos() > FRESH_NANOS) {
      known =
          new Computed(
              now,
              logins.percentiles(WINDOW_MINUTES),
              percentiles(verifications),
              percentiles(pings));
      computed = known;
    }
    return new Summary(
        WINDOW_MINUTES,
        (now - known.atNanos()) / 1_000_000,
        known.login(),
        known.verify(),
        known.ping());
  }

  private static Percentiles percentiles(Minutes<AtomicHistogram> minutes) {
    return Percentiles.of(minutes.all().stream().map(Minutes.Minute::counted));
  }
}
