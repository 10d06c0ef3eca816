package dev.warmgate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class UnrecordedTest {
  @RegisterExtension
  private final OpenTelemetryExtension telemetry = OpenTelemetryExtension.create();

  @Test
  void leavesOnlyWhatIsCalledMeanwhileOutOfTheTrace() {
    Tracer tracer = telemetry.getOpenTelemetry().getTracer("test");
    Span request = tracer.spanBuilder("request").startSpan();
    try (Scope _ = request.makeCurrent()) {
      try (Scope _ = Unrecorded.context().makeCurrent()) {
        tracer.spanBuilder("command").startSpan().end();
      }
      tracer.spanBuilder("statement").startSpan().end();
    } finally {
      request.end();
    }

    assertThat(telemetry.getSpans())
        .extracting(SpanData::getName)
        .containsExactly("statement", "request");
  }
}
