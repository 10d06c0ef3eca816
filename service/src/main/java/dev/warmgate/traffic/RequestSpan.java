package dev.warmgate.traffic;

import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.FilterTrail;
import dev.warmgate.request.RequestContext;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.instrumentation.api.semconv.http.HttpServerRoute;
import io.opentelemetry.instrumentation.api.semconv.http.HttpServerRouteSource;
import java.util.Optional;

/** Adds to the span of a request what the agent cannot know; does nothing without a tracer. */
final class RequestSpan {
  private RequestSpan() {}

  /**
   * Adds why the request was turned away, by which the collector samples its trace, and its route
   * if a filter ended it: the agent learns the route only when the endpoint runs.
   */
  static void complete(RequestContext context, Route route, Optional<ProblemType> problem) {
    Span span = Span.current();
    if (!span.isRecording()) {
      return;
    }
    problem
        .filter(ProblemType::isRefusal)
        .ifPresent(refusal -> span.setAttribute(Telemetry.REFUSAL, refusal.code()));
    FilterTrail.Entry last = context.trail().last();
    if (!route.equals(Route.UNMATCHED) && last != null && last.hasEnded()) {
      HttpServerRoute.update(Context.current(), HttpServerRouteSource.CONTROLLER, route.template());
    }
  }
}
