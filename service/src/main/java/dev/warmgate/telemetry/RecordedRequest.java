package dev.warmgate.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;

/** Tells whether the tracer records the request on this thread, as it may not in a flood. */
public final class RecordedRequest {
  private RecordedRequest() {}

  /** Returns whether spans of this thread would be recorded; true where no request has a trace. */
  public static boolean isCurrent() {
    SpanContext request = Span.current().getSpanContext();
    return !request.isValid() || request.isSampled();
  }
}
