package dev.warmgate.connector;

import dev.warmgate.request.RequestContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Begins the context of each request before Jersey runs, so that it also covers what Jetty refuses;
 * always detaches it from the thread afterwards.
 */
final class RequestContexts extends Handler.Wrapper {
  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    RequestContext context = RequestContext.begin();
    context.arrivedFrom(Request.getRemoteAddr(request));
    // Once, since the agent makes a new view of the trace for each who asks.
    SpanContext trace = Span.current().getSpanContext();
    if (trace.isValid() && !trace.isSampled()) {
      context.markUnrecorded();
    }
    request.setAttribute(RequestContext.ATTRIBUTE, context);
    try {
      return super.handle(request, response, callback);
    } finally {
      context.end();
    }
  }
}
