package dev.warmgate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ExemplarsTest {
  @RegisterExtension
  private final OpenTelemetryExtension telemetry = OpenTelemetryExtension.create();

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE);
  private final Exemplars exemplars = new Exemplars(List.of(0.1, 1.0), now::get);

  @Test
  void areTheFirstOfEachBucketInTenSeconds() {
    assertThat(isChosen(0.1)).isTrue();
    assertThat(isChosen(0.05)).isFalse();
    assertThat(isChosen(0.11)).isTrue();
    assertThat(isChosen(3)).isTrue();

    now.addAndGet(Duration.ofSeconds(10).toNanos());

    assertThat(isChosen(0.05)).isTrue();
    assertThat(isChosen(0.05)).isFalse();
  }

  @Test
  void needATrace() {
    assertThat(exemplars.contextOf(0.05)).isSameAs(Context.root());
    assertThat(isChosen(0.05)).isTrue();
  }

  @Test
  void ofLoginsBelongToMarkedTraces() {
    OpenTelemetry sdk = telemetry.getOpenTelemetry();
    LoginLatency logins = new LoginLatency(Clock.systemUTC(), sdk);
    for (int i = 0; i < 20; i++) {
      inSpan(() -> logins.record(LoginLatency.Outcome.SUCCESS, 40_000));
    }

    List<String> marked =
        telemetry.getSpans().stream()
            .filter(span -> Boolean.TRUE.equals(span.getAttributes().get(Telemetry.EXEMPLAR)))
            .map(span -> span.getTraceId())
            .toList();
    assertThat(marked).hasSize(1);
    assertThat(telemetry.getMetrics())
        .flatMap(metric -> metric.getHistogramData().getPoints())
        .flatMap(point -> point.getExemplars())
        .extracting(exemplar -> exemplar.getSpanContext().getTraceId())
        .isEqualTo(marked);
  }

  private boolean isChosen(double value) {
    boolean[] chosen = {false};
    inSpan(() -> chosen[0] = Span.fromContext(exemplars.contextOf(value)).isRecording());
    return chosen[0];
  }

  private void inSpan(Runnable work) {
    Span span = telemetry.getOpenTelemetry().getTracer("test").spanBuilder("request").startSpan();
    try (Scope _ = span.makeCurrent()) {
      work.run();
    } finally {
      span.end();
    }
  }
}
