package dev.warmgate.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.testkit.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Assumptions;

/**
 * Compares what a client learns about a known and an unknown address. Time is processor time, so
 * other load does not add to it; it is measured in pairs until the noise is small enough to decide.
 * A test that cannot decide in time counts as skipped, which {@code scripts/test.sh} reports.
 */
final class Comparison {
  private static final int ROUND = 50;
  private static final Duration LONG_ENOUGH =
      Duration.ofMinutes(Boolean.getBoolean("tests.full") ? 10 : 2);

  private Comparison() {}

  /** The address of an account and an address without one, with the same history otherwise. */
  record Pair(String known, String unknown) {}

  /**
   * @param time takes an address and returns milliseconds
   * @return the median time of a known address
   */
  static double assertSameTime(IntFunction<Pair> pairs, ToDoubleFunction<String> time) {
    long end = System.nanoTime() + LONG_ENOUGH.toNanos();
    List<Double> differences = new ArrayList<>();
    List<Double> times = new ArrayList<>();
    Interval difference;
    double tolerance;
    do {
      for (int i = 0; i < ROUND; i++) {
        Pair pair = pairs.apply(i);
        // Alternate which of the two goes first.
        double before = i % 2 == 0 ? time.applyAsDouble(pair.unknown()) : 0;
        double known = time.applyAsDouble(pair.known());
        double unknown = i % 2 == 0 ? before : time.applyAsDouble(pair.unknown());
        differences.add(known - unknown);
        times.add(known);
      }
      difference = Interval.ofMedian(differences);
      tolerance = Math.max(1, 0.05 * Interval.median(times));
    } while (!difference.isWithin(tolerance)
        && !difference.isBeyond(tolerance)
        && System.nanoTime() < end);
    String finding =
        "known minus unknown: %s ms of %.1f, in %d pairs"
            .formatted(difference, Interval.median(times), differences.size());
    Assumptions.assumeTrue(
        difference.isWithin(tolerance) || difference.isBeyond(tolerance),
        () -> "the measurement is too noisy to decide; " + finding);
    assertThat(difference.isWithin(tolerance)).as(finding).isTrue();
    return Interval.median(times);
  }

  /** Returns all that a client sees, without what differs between any two answers. */
  static Map<String, String> comparable(Answer answer) {
    Map<String, String> seen = new TreeMap<>();
    answer.headers().map().forEach((name, values) -> seen.put(name, values.toString()));
    seen.keySet().removeAll(List.of("date", "x-request-id"));
    // These count down by the second.
    seen.computeIfPresent("retry-after", (name, value) -> "soon");
    seen.computeIfPresent("ratelimit", (name, value) -> value.replaceAll("[rt]=\\d+", ""));
    ObjectNode body = answer.body().deepCopy();
    body.remove("trace_id");
    if (body.has("request_id")) {
      body.put("request_id", "any");
    }
    seen.put("body", body.toString());
    seen.put("status", String.valueOf(answer.status()));
    return seen;
  }
}
