package dev.warmgate.password;

import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.context.Context;
import java.util.function.IntSupplier;

/** The metrics of the hashing gate: wait and compute times, refusals and queue figures. */
final class HashingMetrics {
  private final Meter meter;
  private final DoubleHistogram waited;
  private final DoubleHistogram computed;
  private final LongCounter shed;

  HashingMetrics(OpenTelemetry telemetry) {
    meter = telemetry.getMeter(Telemetry.SCOPE);
    waited = histogram(Telemetry.HASHING_WAIT);
    computed = histogram(Telemetry.HASHING_COMPUTE);
    shed = meter.counterBuilder(Telemetry.HASHING_SHED).build();
    // Creates the series at zero, so that the first refusal shows up as an increase.
    shed.add(0);
  }

  private DoubleHistogram histogram(String name) {
    return meter
        .histogramBuilder(name)
        .setUnit("s")
        .setExplicitBucketBoundariesAdvice(Telemetry.LATENCY_BUCKETS)
        .build();
  }

  /** Registers a gauge that is read whenever metrics are exported. */
  void observe(String name, IntSupplier figure) {
    var _ =
        meter
            .gaugeBuilder(name)
            .ofLongs()
            .buildWithCallback(gauge -> gauge.record(figure.getAsInt()));
  }

  void waited(long nanos) {
    record(waited, nanos);
  }

  void computed(long nanos) {
    record(computed, nanos);
  }

  /** Without the trace: it would become an exemplar, but most traces are not kept. */
  private static void record(DoubleHistogram histogram, long nanos) {
    histogram.record(nanos / 1e9, Attributes.empty(), Context.root());
  }

  void shed() {
    shed.add(1);
  }
}
