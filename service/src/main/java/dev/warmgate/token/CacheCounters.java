package dev.warmgate.token;

import dev.warmgate.request.DecoyRules;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
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
  private final LongAdder sharedMisses = new LongAdder();

  CacheCounters(OpenTelemetry telemetry) {
    // Read when metrics are exported: to count through the agent would cost each verification more.
    var _ =
        telemetry
            .getMeter(Telemetry.SCOPE)
            .counterBuilder(Telemetry.CACHE_REQUESTS)
            .buildWithCallback(requests -> {
              requests.record(localHits.sum(), LOCAL_HIT);
              requests.record(localMisses.sum(), LOCAL_MISS);
              requests.record(sharedHits.sum(), SHARED_HIT);
              requests.record(sharedMisses.sum(), SHARED_MISS);
            });
  }

  void countLocal(boolean hit) {
    if (!DecoyRules.isCounted()) {
      return;
    }
    (hit ? localHits : localMisses).increment();
  }

  void countShared(boolean hit) {
    if (!DecoyRules.isCounted()) {
      return;
    }
    (hit ? sharedHits : sharedMisses).increment();
  }

  Reading read(long size) {
    long shared = sharedHits.sum();
    return new Reading(size, localHits.sum(), shared, Math.max(0, localMisses.sum() - shared));
  }

  private static Attributes attributes(String tier, String result) {
    return Attributes.of(Telemetry.CACHE_TIER, tier, Telemetry.CACHE_RESULT, result);
  }
}
