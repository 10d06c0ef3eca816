package dev.warmgate.telemetry;

import com.fasterxml.jackson.annotation.JsonValue;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;

/**
 * Login latencies of the last fifteen minutes, in one histogram per minute, so that memory does not
 * grow with traffic. They cover answered logins, with a right or wrong password; limited, shed and
 * failed ones are only counted.
 */
public final class LoginLatency {
  /** The service level objective of a login, in milliseconds. */
  public static final long LINE_MS = 1500;

  private static final int MINUTES = 15;

  /** The outcome of a login. */
  public enum Outcome {
    SUCCESS,
    /** Wrong credentials or an invalid request. */
    REFUSED,
    /** Refused by a rate limit. */
    LIMITED,
    /** Refused by the hashing gate. */
    SHED,
    /** Failed for a reason that is not the client's fault. */
    FAILED;

    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    boolean isAnswered() {
      return this == SUCCESS || this == REFUSED;
    }
  }

  /**
   * A summary of the whole window.
   *
   * @param shareUnderLine share of the answered logins that met the objective, from 0 to 1; 1 if
   *     there were none
   * @param outcomes the number of logins by outcome
   * @param minutes the minutes with answered logins, oldest first
   */
  public record Summary(
      int windowMinutes,
      long lineMs,
      long answered,
      double shareUnderLine,
      double p50Ms,
      double p95Ms,
      double p99Ms,
      double maxMs,
      Map<Outcome, Long> outcomes,
      List<Minute> minutes) {}

  /** The answered logins of one minute. */
  public record Minute(Instant at, long answered, double p50Ms, double p95Ms, double maxMs) {}

  private static final class Slot {
    private final AtomicHistogram micros = Latencies.newAtomicHistogram();
    private final LongAdder underLine = new LongAdder();
    private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);

    Slot() {
      for (Outcome outcome : Outcome.values()) {
        outcomes.put(outcome, new LongAdder());
      }
    }

    Minute summary(long minute) {
      return new Minute(
          Instant.ofEpochSecond(minute * 60),
          micros.getTotalCount(),
          Latencies.millis(micros.getValueAtPercentile(50)),
          Latencies.millis(micros.getValueAtPercentile(95)),
          Latencies.millis(micros.getMaxValue()));
    }
  }

  private final DoubleHistogram seconds;
  private final Map<Outcome, Exemplars> exemplars = new EnumMap<>(Outcome.class);
  private final Minutes<Slot> minutes;

  public LoginLatency(Clock clock, OpenTelemetry telemetry) {
    this.minutes = new Minutes<>(clock, MINUTES, Slot::new);
    for (Outcome outcome : Outcome.values()) {
      exemplars.put(outcome, new Exemplars(Telemetry.LATENCY_BUCKETS, System::nanoTime));
    }
    this.seconds =
        telemetry
            .getMeter(Telemetry.SCOPE)
            .histogramBuilder(Telemetry.LOGIN_DURATION)
            .setUnit("s")
            .setExplicitBucketBoundariesAdvice(Telemetry.LATENCY_BUCKETS)
            .build();
  }

  /** Records one login. */
  public void record(Outcome outcome, long tookMicros) {
    double took = tookMicros / 1e6;
    seconds.record(
        took,
        Attributes.of(Telemetry.OUTCOME, outcome.toString()),
        exemplars.get(outcome).contextOf(took));
    Slot slot = minutes.now();
    slot.outcomes.get(outcome).increment();
    if (outcome.isAnswered()) {
      Latencies.record(slot.micros, tookMicros);
      if (tookMicros < LINE_MS * 1000) {
        slot.underLine.increment();
      }
    }
  }

  /** Returns the percentiles of the last {@code window} minutes. */
  Latencies.Percentiles percentiles(int window) {
    return Latencies.Percentiles.of(
        minutes.last(window).stream().map(minute -> minute.counted().micros));
  }

  public Summary summary() {
    List<Minutes.Minute<Slot>> window = minutes.all();
    Histogram all = Latencies.newHistogram();
    Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    long underLine = 0;
    for (Minutes.Minute<Slot> minute : window) {
      Slot slot = minute.counted();
      all.add(slot.micros);
      underLine += slot.underLine.sum();
      slot.outcomes.forEach((outcome, count) -> outcomes.merge(outcome, count.sum(), Long::sum));
    }
    for (Outcome outcome : Outcome.values()) {
      outcomes.putIfAbsent(outcome, 0L);
    }
    long answered = all.getTotalCount();
    return new Summary(
        MINUTES,
        LINE_MS,
        answered,
        answered == 0 ? 1 : Math.min(1, (double) underLine / answered),
        Latencies.millis(all.getValueAtPercentile(50)),
        Latencies.millis(all.getValueAtPercentile(95)),
        Latencies.millis(all.getValueAtPercentile(99)),
        Latencies.millis(all.getMaxValue()),
        outcomes,
        window.stream()
            .filter(minute -> minute.counted().micros.getTotalCount() > 0)
            .map(minute -> minute.counted().summary(minute.number()))
            .toList());
  }
}
