package dev.warmgate.dashboards;

import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.List;

/** What the collector must know of a trace to decide; the first that fits counts. */
enum TraceKind {
  SLOW,
  FAILED,
  EXEMPLAR,
  REFUSED,
  ORDINARY;

  private static final long SLOW_NANOS = 1_500_000_000;

  /** Whether every such trace must be kept. */
  boolean isKept() {
    return this == SLOW || this == FAILED || this == EXEMPLAR;
  }

  static TraceKind of(List<Span> trace) {
    boolean refused = trace.stream().anyMatch(span -> has(span, Telemetry.REFUSAL.getKey()));
    long begin = trace.stream().mapToLong(Span::getStartTimeUnixNano).min().orElse(0);
    long end = trace.stream().mapToLong(Span::getEndTimeUnixNano).max().orElse(0);
    if (end - begin >= SLOW_NANOS) {
      return SLOW;
    }
    if (!refused && trace.stream().anyMatch(TraceKind::hasFailed)) {
      return FAILED;
    }
    if (trace.stream().anyMatch(span -> has(span, Telemetry.EXEMPLAR.getKey()))) {
      return EXEMPLAR;
    }
    return refused ? REFUSED : ORDINARY;
  }

  private static boolean hasFailed(Span span) {
    return span.getStatus().getCode() == StatusCode.STATUS_CODE_ERROR
        && (span.getKind() == Span.SpanKind.SPAN_KIND_SERVER
            || span.getKind() == Span.SpanKind.SPAN_KIND_CLIENT);
  }

  private static boolean has(Span span, String attribute) {
    return span.getAttributesList().stream().map(KeyValue::getKey).anyMatch(attribute::equals);
  }
}
