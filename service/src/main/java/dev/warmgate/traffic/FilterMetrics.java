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
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Exports the filter trails as metrics: what the filters did with every request, and how long those
 * of a recorded request took. Counting costs an addition; for a duration the agent copies its
 * attributes each time, which a flood of requests would pay for six times each.
 */
final class FilterMetrics {
  private final DoubleHistogram durations;
  private final LongCounter violations;

  private final List<Series> series = new ArrayList<>();
  private final Map<String, Map<FilterTrail.Outcome, Series>> withoutLane = all("none");
  private final Map<Lane, Map<String, Map<FilterTrail.Outcome, Series>>> byLane =
      new EnumMap<>(Lane.class);

  private record Series(Attributes attributes, LongAdder requests) {}

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
    var _ = meter.counterBuilder(Telemetry.FILTER_REQUESTS).buildWithCallback(this::report);
  }

  private Map<String, Map<FilterTrail.Outcome, Series>> all(String lane) {
    Map<String, Map<FilterTrail.Outcome, Series>> byFilter = new HashMap<>();
    for (String filter : FilterOrder.IN_ORDER) {
      Map<FilterTrail.Outcome, Series> byOutcome = new EnumMap<>(FilterTrail.Outcome.class);
      for (FilterTrail.Outcome outcome : FilterTrail.Outcome.values()) {
        Attributes attributes =
            Attributes.of(
                Telemetry.FILTER_NAME, filter,
                Telemetry.FILTER_OUTCOME, outcome.toString(),
                Telemetry.FILTER_LANE, lane);
        Series one = new Series(attributes, new LongAdder());
        series.add(one);
        byOutcome.put(outcome, one);
      }
      byFilter.put(filter, byOutcome);
    }
    return byFilter;
  }

  /** Leaves out what never happened, as most combinations cannot. */
  private void report(ObservableLongMeasurement measurement) {
    for (Series one : series) {
      long requests = one.requests().sum();
      if (requests > 0) {
        measurement.record(requests, one.attributes());
      }
    }
  }

  void record(RequestContext request) {
    Lane lane = request.lane();
    Map<String, Map<FilterTrail.Outcome, Series>> known =
        lane == null ? withoutLane : byLane.get(lane);
    for (FilterTrail.Entry entry : request.trail().entries()) {
      Map<FilterTrail.Outcome, Series> byOutcome = known.get(entry.name());
      if (byOutcome != null) {
        Series one = byOutcome.get(entry.outcome());
        one.requests().increment();
        if (request.isRecorded()) {
          // Without the trace: it would become an exemplar, but most traces are not kept.
          durations.record(entry.micros() / 1e6, one.attributes(), Context.root());
        }
      }
    }
  }

  void countViolation() {
    violations.add(1);
  }
}
