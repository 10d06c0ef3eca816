package dev.warmgate.connector;

import dev.warmgate.ratelimit.ClientAddress;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
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
 * requests kept, or hide what went wrong. Whether a trace is recorded decides the service, not the
 * flag of its caller. Runs before the OpenTelemetry agent, which reads the header when the server
 * gets the request; handlers would be too late.
 */
final class CallersTrace implements HttpConfiguration.Customizer, LifeCycle.Listener {
  private static final String HEADER = "traceparent";

  /** An id of zeros is none: the tracer would begin a trace of its own, which it records. */
  private static final Pattern FORM =
      Pattern.compile(
          "\\s*[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?");

  /** The request attribute for the caller's trace. */
  private static final String LINKED = CallersTrace.class.getName();

  private final ClientAddress addresses;
  private final Predicate<Request> recorded;

  /**
   * @param recorded whether to record a request
   */
  CallersTrace(ClientAddress addresses, Predicate<Request> recorded) {
    this.addresses = addresses;
    this.recorded = recorded;
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
    boolean records = recorded.test(request);
    if (given == null && records) {
      return request;
    }
    HttpFields.Mutable headers = HttpFields.build(request.getHeaders());
    if (given != null) {
      headers.remove(HEADER);
    }
    Matcher callers = FORM.matcher(given == null ? "" : given.getValue());
    boolean isTrace = callers.matches();
    if (isTrace && addresses.isProxy(Request.getRemoteAddr(request))) {
      headers.add(HEADER, header(callers.group(1), callers.group(2), records));
    } else if (!records) {
      headers.add(HEADER, header(newId() + newId(), newId(), false));
    } else if (isTrace) {
      request.setAttribute(
          LINKED,
          SpanContext.createFromRemoteParent(
              callers.group(1),
              callers.group(2),
              TraceFlags.getDefault(),
              TraceState.getDefault()));
    }
    return new Request.Wrapper(request) {
      @Override
      public HttpFields getHeaders() {
        return headers;
      }
    };
  }

  private static String header(String trace, String span, boolean records) {
    return "00-" + trace + "-" + span + (records ? "-01" : "-00");
  }

  /** Returns 16 digits; an id must not be zero. */
  private static String newId() {
    return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong() | 1);
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
