package dev.warmgate.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.request.FilterSlot;
import dev.warmgate.request.FilterTrail;
import dev.warmgate.request.Lane;
import dev.warmgate.request.RequestContext;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class FilterMetricsTest {
  @RegisterExtension
  private final OpenTelemetryExtension telemetry = OpenTelemetryExtension.create();

  @Test
  void countTheOutcomesOfEveryFilterPerLane() {
    FilterMetrics metrics = new FilterMetrics(telemetry.getOpenTelemetry());
    RequestContext fast = request("rate-limit", FilterTrail.Outcome.PASSED);
    fast.enter(Lane.FAST);
    RequestContext refusedEarly = request("rate-limit", FilterTrail.Outcome.REJECTED);

    metrics.record(fast);
    metrics.record(fast);
    metrics.record(refusedEarly);

    assertThat(count("rate-limit", "passed", "fast")).isEqualTo(2);
    assertThat(count("rate-limit", "rejected", "none")).isEqualTo(1);
    assertThat(count("rate-limit", "rejected", "fast")).isZero();
  }

  @Test
  void measureOnlyRecordedRequestsButCountAll() {
    FilterMetrics metrics = new FilterMetrics(telemetry.getOpenTelemetry());
    RequestContext unrecorded = request("rate-limit", FilterTrail.Outcome.PASSED);
    unrecorded.markUnrecorded();

    metrics.record(request("rate-limit", FilterTrail.Outcome.PASSED));
    metrics.record(unrecorded);

    assertThat(measured()).isEqualTo(1);
    assertThat(count("rate-limit", "passed", "none")).isEqualTo(2);
  }

  @Test
  void reportZeroViolationsSoThatTheFirstIsAnIncrease() {
    FilterMetrics metrics = new FilterMetrics(telemetry.getOpenTelemetry());
    assertThat(violations()).isZero();

    metrics.countViolation();

    assertThat(violations()).isEqualTo(1);
  }

  @Test
  void ignoreAnUndeclaredFilter() {
    FilterMetrics metrics = new FilterMetrics(telemetry.getOpenTelemetry());

    metrics.record(request("stray", FilterTrail.Outcome.PASSED));

    assertThat(measured()).isZero();
    assertThat(count("stray", "passed", "none")).isZero();
  }

  private static RequestContext request(String filter, FilterTrail.Outcome outcome) {
    RequestContext request = RequestContext.begin();
    request.trail().add(new FilterTrail.Entry(new FilterSlot(filter, 1), 1, outcome, 0, 20));
    request.end();
    return request;
  }

  private long violations() {
    return metric(Telemetry.FILTER_ORDER_VIOLATIONS)
        .flatMap(metric -> metric.getLongSumData().getPoints().stream())
        .mapToLong(LongPointData::getValue)
        .sum();
  }

  private long count(String filter, String outcome, String lane) {
    Attributes wanted =
        Attributes.of(
            Telemetry.FILTER_NAME, filter,
            Telemetry.FILTER_OUTCOME, outcome,
            Telemetry.FILTER_LANE, lane);
    return metric(Telemetry.FILTER_REQUESTS)
        .flatMap(metric -> metric.getLongSumData().getPoints().stream())
        .filter(point -> point.getAttributes().equals(wanted))
        .mapToLong(LongPointData::getValue)
        .sum();
  }

  private long measured() {
    return metric(Telemetry.FILTER_DURATION)
        .flatMap(metric -> metric.getHistogramData().getPoints().stream())
        .mapToLong(HistogramPointData::getCount)
        .sum();
  }

  private Stream<MetricData> metric(String name) {
    return telemetry.getMetrics().stream().filter(metric -> metric.getName().equals(name));
  }
}
