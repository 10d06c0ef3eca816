package dev.warmgate.traffic;

import dev.warmgate.filter.FilterOrder;
import dev.warmgate.request.FilterTrail;
import dev.warmgate.request.Lane;
import dev.warmgate.request.RequestContext;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.context.Context;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Exports the filter trails of all requests as metrics. All possible sets of attributes are created
 * once, so that recording allocates nothing.
 */
final class FilterMetrics {
  private final DoubleHistogram durations;
  private final LongCounter violations;

  private final Map<String, Map<FilterTrail.Outcome, Attributes>> withoutLane = all("none");
  private final Map<Lane, Map<String, Map<FilterTrail.Outcome, Attributes>>> byLane =
      new EnumMap<>(Lane.class);

  FilterMetrics(OpenTelemetry telemetry) {
    Meter meter = telemetry.getMeter(Telemetry.SCOPE);
    durations =
        meter
            .histogramBuilder(Telemetry.FILTER_DURATION)
            .setUnit("s")
            .setExplicitBucketBoundariesAdvice(Telemetry.FILTER_BUCKETS)
            .build();
    violations = meter.counterBuilder(Telemetry.FILTER_ORDER_VIOLATIONS).build();
    // Creates the series at zero, so that the first violation shows up as an increase.
    violations.add(0);
    for (Lane lane : Lane.values()) {
      byLane.put(lane, all(lane.toString()));
    }
  }

  private static Map<String, Map<FilterTrail.Outcome, Attributes>> all(String lane) {
    Map<String, Map<FilterTrail.Outcome, Attributes>> byFilter = new HashMap<>();
    for (String filter : FilterOrder.IN_ORDER) {
      Map<FilterTrail.Outcome, Attributes> byOutcome = new EnumMap<>(FilterTrail.Outcome.class);
      for (FilterTrail.Outcome outcome : FilterTrail.Outcome.values()) {
        byOutcome.put(
            outcome,
            Attributes.of(
                Telemetry.FILTER_NAME, filter,
                Telemetry.FILTER_OUTCOME, outcome.toString(),
                Telemetry.FILTER_LANE, lane));
      }
      byFilter.put(filter, byOutcome);
    }
    return byFilter;
  }

  void record(RequestContext request) {
    Lane lane = request.lane();
    Map<String, Map<FilterTrail.Outcome, Attributes>> known =
        lane == null ? withoutLane : byLane.get(lane);
    for (FilterTrail.Entry entry : request.trail().entries()) {
      Map<FilterTrail.Outcome, Attributes> byOutcome = known.get(entry.name());
      if (byOutcome != null) {
        // Without the trace: it would become an exemplar, but most traces are not kept.
        durations.record(entry.micros() / 1e6, byOutcome.get(entry.outcome()), Context.root());
      }
    }
  }

  void countViolation() {
    violations.add(1);
  }
}
