package dev.warmgate.loadtest.trace;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The series of the metrics that were exported so far, as Prometheus stores them: a histogram has
 * one for each bucket, its sum and its count.
 */
public final class MetricSeries implements Consumer<ExportMetricsServiceRequest> {
  private static final int INFINITE_BUCKET_SUM_AND_COUNT = 3;

  /** The number of series by metric and attributes. */
  private final Map<String, Integer> points = new ConcurrentSkipListMap<>();

  private final AtomicInteger exports = new AtomicInteger();

  @Override
  public void accept(ExportMetricsServiceRequest export) {
    export.getResourceMetricsList().stream()
        .flatMap(resource -> resource.getScopeMetricsList().stream())
        .flatMap(scope -> scope.getMetricsList().stream())
        .forEach(this::add);
    exports.incrementAndGet();
  }

  private void add(Metric metric) {
    for (HistogramDataPoint point : metric.getHistogram().getDataPointsList()) {
      int series = point.getExplicitBoundsCount() + INFINITE_BUCKET_SUM_AND_COUNT;
      points.put(name(metric, point.getAttributesList()), series);
    }
    for (NumberDataPoint point : metric.getSum().getDataPointsList()) {
      points.put(name(metric, point.getAttributesList()), 1);
    }
    for (NumberDataPoint point : metric.getGauge().getDataPointsList()) {
      points.put(name(metric, point.getAttributesList()), 1);
    }
  }

  private static String name(Metric metric, List<KeyValue> attributes) {
    return attributes.stream()
        .map(pair -> pair.getKey() + "=" + pair.getValue().toString().strip())
        .sorted()
        .collect(Collectors.joining(", ", metric.getName() + "{", "}"));
  }

  /** Returns how many exports arrived. */
  public int exports() {
    return exports.get();
  }

  /** Returns each metric with its attributes, one for all buckets of a histogram. */
  public Collection<String> names() {
    return List.copyOf(points.keySet());
  }

  /** Returns the number of series of each metric. */
  public Map<String, Integer> byMetric() {
    Map<String, Integer> byMetric = new TreeMap<>();
    points.forEach((name, series) ->
        byMetric.merge(name.substring(0, name.indexOf('{')), series, Integer::sum));
    return byMetric;
  }

  public int all() {
    return points.values().stream().mapToInt(Integer::intValue).sum();
  }
}
