package dev.warmgate.connector;

import dev.warmgate.telemetry.Telemetry;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.server.Request;

/**
 * How many requests of a second are recorded in traces. A flood pays for far more spans than the
 * collector keeps, and for a queue of the tracer that is always full. Requests that read have a
 * share of their own, or a flood of verifications would take the traces of logins.
 */
final class RecordedShare {
  /** Several times what the collector keeps, for a small part of a processor's time. */
  static final int PER_SECOND = 250;

  private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

  /** The one verification that a client asks for with a POST. */
  private static final String INTROSPECTION = "/api/v1/auth/introspect";

  private final Bucket reading;
  private final Bucket others;
  private final LongAdder unrecorded = new LongAdder();

  RecordedShare(int perSecond, TimeMeter clock, OpenTelemetry telemetry) {
    reading = bucket(perSecond, clock);
    others = bucket(perSecond, clock);
    var _ =
        telemetry
            .getMeter(Telemetry.SCOPE)
            .counterBuilder(Telemetry.TRACE_UNRECORDED)
            .buildWithCallback(requests -> requests.record(unrecorded.sum()));
  }

  private static Bucket bucket(int perSecond, TimeMeter clock) {
    return Bucket.builder()
        .withCustomTimePrecision(clock)
        .addLimit(limit -> limit.capacity(perSecond).refillGreedy(perSecond, Duration.ofSeconds(1)))
        .build();
  }

  /** Returns whether to record a request. */
  boolean tryTake(Request request) {
    boolean records = (reads(request) ? reading : others).tryConsume(1);
    if (!records) {
      unrecorded.increment();
    }
    return records;
  }

  private static boolean reads(Request request) {
    return READS.contains(request.getMethod())
        || INTROSPECTION.equals(request.getHttpURI().getCanonicalPath());
  }
}
