package dev.warmgate.traffic;

import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.DecoyRules;
import dev.warmgate.telemetry.LoginLatency;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.instrumentation.api.semconv.http.HttpServerRoute;
import io.opentelemetry.instrumentation.api.semconv.http.HttpServerRouteSource;
import java.util.Optional;

/** Adds to the span of a request what the agent cannot know; does nothing without a tracer. */
final class RequestSpan {
  private static final String OUT_OF_ORDER = "filter_order";

  private RequestSpan() {}

  /**
   * Adds the route, which also goes into the agent's metric of requests, and the marks by which the
   * collector samples the trace: why the request was turned away, what failed, and whether the
   * service took long. The span itself also contains the time that the client took for its body.
   */
  static void complete(
      Route route, Optional<ProblemType> problem, boolean inOrder, long tookMicros) {
    Span span = Span.current();
    if (!span.getSpanContext().isValid()) {
      return;
    }
    if (!route.equals(Route.UNMATCHED)) {
      HttpServerRoute.update(Context.current(), HttpServerRouteSource.CONTROLLER, route.template());
    }
    problem.ifPresent(ProblemType::markTrace);
    if (!inOrder) {
      span.setAttribute(Telemetry.FAILURE, OUT_OF_ORDER);
    }
    if (tookMicros >= LoginLatency.LINE_MS * 1000 && DecoyRules.isCounted()) {
      span.setAttribute(Telemetry.SLOW, true);
    }
  }
}
