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
 * Recent latencies of the endpoints that have a target. Recording allocates nothing and summaries
 * are cached for a second, so every request can afford both.
 */
public final class Latencies {
  private static final int WINDOW_MINUTES = 5;
  private static final long FRESH_NANOS = 1_000_000_000;
  private static final long LONGEST_MICROS = 60_000_000;

  /** The endpoints whose latency is tracked. */
  public enum Watched {
    LOGIN,
    VERIFY,
    PING,
    NOTHING
  }

  /** Latencies of the requests in the window, without limited, shed and failed ones. */
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
   * The latencies of all tracked endpoints.
   *
   * @param ageMs time since they were computed
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

  /** Returns the logins by outcome. */
  public LoginLatency logins() {
    return logins;
  }

  /** Records one request. */
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
