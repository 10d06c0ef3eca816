package dev.warmgate.connector;

import dev.warmgate.ratelimit.ClientAddress;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * Lets a request go on with the trace of its caller ({@code traceparent}, W3C Trace Context) only
 * if a trusted proxy sent it. For anybody else a new one begins, which links to the caller's: the
 * collector decides about a trace by its id, so a client that chose ids could have all of its
 * requests kept, or hide what went wrong. Runs before the OpenTelemetry agent, which reads the
 * header when the server gets the request; handlers would be too late.
 */
final class CallersTrace implements HttpConfiguration.Customizer, LifeCycle.Listener {
  private static final String HEADER = "traceparent";
  private static final Pattern FORM =
      Pattern.compile("\\s*[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?");

  /** The request attribute for the caller's trace. */
  private static final String LINKED = CallersTrace.class.getName();

  private final ClientAddress addresses;

  CallersTrace(ClientAddress addresses) {
    this.addresses = addresses;
  }

  @Override
  public void lifeCycleStarting(LifeCycle starting) {
    if (starting instanceof Server server) {
      server.getContainedBeans(HttpConfiguration.class).forEach(http -> http.addCustomizer(this));
      server.insertHandler(new Linking());
    }
  }

  @Override
  public Request customize(Request request, HttpFields.Mutable responseHeaders) {
    HttpField given = request.getHeaders().getField(HEADER);
    if (given == null || addresses.isProxy(Request.getRemoteAddr(request))) {
      return request;
    }
    Matcher form = FORM.matcher(given.getValue());
    if (form.matches()) {
      request.setAttribute(
          LINKED,
          SpanContext.createFromRemoteParent(
              form.group(1), form.group(2), TraceFlags.getDefault(), TraceState.getDefault()));
    }
    HttpFields headers = HttpFields.build(request.getHeaders()).remove(HEADER);
    return new Request.Wrapper(request) {
      @Override
      public HttpFields getHeaders() {
        return headers;
      }
    };
  }

  /** Runs within the span of the request; does nothing without a tracer. */
  private static final class Linking extends Handler.Wrapper {
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      if (request.getAttribute(LINKED) instanceof SpanContext callers) {
        Span.current().addLink(callers);
      }
      return super.handle(request, response, callback);
    }
  }
}
