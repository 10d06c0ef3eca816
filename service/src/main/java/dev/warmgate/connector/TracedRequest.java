package dev.warmgate.connector;

import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * A request as the tracer sees it. The OpenTelemetry agent copies target, user agent, forwarded
 * addresses, unknown methods and the callers' own state of a trace into spans and exemplars, where
 * a secret that a client put there would stay; no setting of the agent leaves them out. Everything
 * behind the tracer gets the request itself.
 */
final class TracedRequest extends Request.Wrapper {
  /** What the agent copies or derives attributes from. All others stay, since Jetty checks some. */
  private static final Set<String> HIDDEN =
      Set.of(
          "user-agent",
          "forwarded",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto",
          "tracestate",
          "baggage");

  private static final String OTHER_METHOD = "_OTHER";

  private final HttpURI target;
  private final HttpFields headers;

  private TracedRequest(Request request) {
    super(request);
    target = new TracedTarget(request.getHttpURI());
    headers = visible(request.getHeaders());
  }

  private static HttpFields visible(HttpFields headers) {
    HttpFields.Mutable visible = HttpFields.build();
    for (HttpField field : headers) {
      if (!HIDDEN.contains(field.getLowerCaseName())) {
        visible.add(field);
      }
    }
    return visible.asImmutable();
  }

  /** Puts the wrapper on before the tracer sees the request, and takes it off right after. */
  static LifeCycle.Listener whenStarting() {
    return new LifeCycle.Listener() {
      @Override
      public void lifeCycleStarting(LifeCycle starting) {
        if (starting instanceof Server server) {
          server
              .getContainedBeans(HttpConfiguration.class)
              .forEach(http -> http.addCustomizer((request, _) -> new TracedRequest(request)));
          server.insertHandler(new Unwrapping());
        }
      }
    };
  }

  private static final class Unwrapping extends org.eclipse.jetty.server.Handler.Wrapper {
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      Request sent = request instanceof TracedRequest traced ? traced.getWrapped() : request;
      return super.handle(sent, response, callback);
    }
  }

  @Override
  public String getMethod() {
    String method = super.getMethod();
    return HttpMethod.fromString(method) == null ? OTHER_METHOD : method;
  }

  @Override
  public HttpURI getHttpURI() {
    return target;
  }

  @Override
  public HttpFields getHeaders() {
    return headers;
  }
}
