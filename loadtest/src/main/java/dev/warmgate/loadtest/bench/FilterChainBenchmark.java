package dev.warmgate.loadtest.bench;

import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.glassfish.jersey.server.ContainerResponse;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures what the filter chain costs per request, compared with the same Jersey application
 * without filters.
 */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 1)
public class FilterChainBenchmark {
  private static final int FILTERS = 6;
  private static final int BEFORE_THE_LANE = 1;
  private static final int NOT_HEAVY = 4;

  private final OpenTelemetry recording =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(SpanExporter.composite()))
                  .build())
          .build();
  private final Tracer tracer = recording.getTracer(Telemetry.SCOPE);
  private final Chain none = Chain.withoutFilters();
  private final Chain empty = Chain.withEmptyFilters();
  private final Chain untraced = Chain.withFilters(OpenTelemetry.noop());
  private final Chain traced = Chain.withFilters(recording);

  @Benchmark
  public ContainerResponse filterless() throws ExecutionException, InterruptedException {
    return none.get("fast");
  }

  @Benchmark
  public ContainerResponse emptyFilters() throws ExecutionException, InterruptedException {
    return empty.get("fast");
  }

  @Benchmark
  public ContainerResponse fastLane() throws ExecutionException, InterruptedException {
    return untraced.get("fast");
  }

  @Benchmark
  public ContainerResponse fullLane() throws ExecutionException, InterruptedException {
    return untraced.get("full");
  }

  @Benchmark
  public ContainerResponse fastLaneTraced() throws ExecutionException, InterruptedException {
    return traced.get("fast");
  }

  @Benchmark
  public ContainerResponse fullLaneTraced() throws ExecutionException, InterruptedException {
    return traced.get("full");
  }

  /**
   * Creates as many spans, with the same attributes, as the fast lane creates, and nothing else.
   */
  @Benchmark
  public long bareSpans() {
    long sum = 0;
    for (int order = 1; order <= FILTERS; order++) {
      Span span = tracer.spanBuilder("filter bare").startSpan();
      try (Scope _ = span.makeCurrent()) {
        span.setAttribute(Telemetry.FILTER_NAME, "bare");
        span.setAttribute(Telemetry.FILTER_ORDER, order);
        span.setAttribute(Telemetry.FILTER_PRIORITY, order);
        span.setAttribute(Telemetry.FILTER_OUTCOME, "passed");
        if (order > BEFORE_THE_LANE) {
          span.setAttribute(Telemetry.FILTER_LANE, "fast");
        }
        if (order > NOT_HEAVY) {
          span.setAttribute(Telemetry.FILTER_REASON, "the endpoint is on the fast lane");
        }
      } finally {
        span.end();
      }
      sum += order;
    }
    return sum;
  }
}
