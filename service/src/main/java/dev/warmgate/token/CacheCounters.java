package dev.warmgate.token;

import dev.warmgate.request.DecoyRules;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts hits and misses of both cache tiers; a miss of the shared tier causes a query to
 * PostgreSQL.
 */
public final class CacheCounters {
  static final String LOCAL = "local";
  static final String SHARED = "shared";

  private static final Attributes LOCAL_HIT = attributes(LOCAL, "hit");
  private static final Attributes LOCAL_MISS = attributes(LOCAL, "miss");
  private static final Attributes SHARED_HIT = attributes(SHARED, "hit");
  private static final Attributes SHARED_MISS = attributes(SHARED, "miss");

  /**
   * The counts since the start of the process.
   *
   * @param size number of tokens currently cached in the process
   * @param misses lookups that neither tier could answer
   */
  public record Reading(long size, long localHits, long sharedHits, long misses) {}

  private final LongAdder localHits = new LongAdder();
  private final LongAdder localMisses = new LongAdder();
  private final LongAdder sharedHits = new LongAdder();
  private final LongCounter requests;

  CacheCounters(OpenTelemetry telemetry) {
    requests = telemetry.getMeter(Telemetry.SCOPE).counterBuilder(Telemetry.CACHE_REQUESTS).build();
    for (Attributes known : List.of(LOCAL_HIT, LOCAL_MISS, SHARED_HIT, SHARED_MISS)) {
      // Creates the series at zero, so that the first lookup shows up as an increase.
      requests.add(0, known);
    }
  }

  void countLocal(boolean hit) {
    if (!DecoyRules.isCounted()) {
      return;
    }
    (hit ? localHits : localMisses).increment();
    requests.add(1, hit ? LOCAL_HIT : LOCAL_MISS);
  }

  void countShared(boolean hit) {
    if (!DecoyRules.isCounted()) {
      return;
    }
    if (hit) {
      sharedHits.increment();
    }
    requests.add(1, hit ? SHARED_HIT : SHARED_MISS);
  }

  Reading read(long size) {
    long shared = sharedHits.sum();
    return new Reading(size, localHits.sum(), shared, Math.max(0, localMisses.sum() - shared));
  }

  private static Attributes attributes(String tier, String result) {
    return Attributes.of(Telemetry.CACHE_TIER, tier, Telemetry.CACHE_RESULT, result);
  }
}
