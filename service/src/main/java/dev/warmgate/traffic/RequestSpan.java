package dev.warmgate.traffic;

import dev.warmgate.problem.ProblemType;
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
   * Adds the route, which also goes into the agent's metric of requests, and why the request was
   * turned away, by which the collector samples its trace.
   */
  static void complete(Route route, Optional<ProblemType> problem) {
    Span span = Span.current();
    if (!span.getSpanContext().isValid()) {
      return;
    }
    if (!route.equals(Route.UNMATCHED)) {
      HttpServerRoute.update(Context.current(), HttpServerRouteSource.CONTROLLER, route.template());
    }
    problem
        .filter(ProblemType::isRefusal)
        .ifPresent(refusal -> span.setAttribute(Telemetry.REFUSAL, refusal.code()));
  }
}
