package dev.warmgate.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;

/**
 * Keeps the agent from recording spans of calls, while its metrics still count them. The span that
 * is current meanwhile goes on as it is.
 */
public final class Unrecorded {
  private Unrecorded() {}

  /** Returns the context in which to make the calls. */
  public static Context context() {
    SpanContext current = Span.current().getSpanContext();
    if (!current.isSampled()) {
      return Context.current();
    }
    // The sampler follows the decision about the parent, so this one must not be sampled.
    SpanContext parent =
        SpanContext.create(
            current.getTraceId(),
            current.getSpanId(),
            TraceFlags.getDefault(),
            TraceState.getDefault());
    return Context.current().with(Span.wrap(parent));
  }
}
