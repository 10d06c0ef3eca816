package dev.warmgate.connector;

import dev.warmgate.ratelimit.ClientAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * Clears the sampling flag in {@code traceparent} (W3C Trace Context) unless a trusted proxy sent
 * it; otherwise any client could have all of its requests recorded. Runs before the OpenTelemetry
 * agent, which reads the header when the server gets the request; handlers would be too late.
 */
final class SamplingFlags implements HttpConfiguration.Customizer, LifeCycle.Listener {
  private static final String HEADER = "traceparent";
  private static final Pattern FORM =
      Pattern.compile("\\s*([0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-)([0-9a-f]{2})(.*)");
  private static final int SAMPLED = 1;

  private final ClientAddress addresses;

  SamplingFlags(ClientAddress addresses) {
    this.addresses = addresses;
  }

  @Override
  public void lifeCycleStarting(LifeCycle starting) {
    if (starting instanceof Server server) {
      server.getContainedBeans(HttpConfiguration.class).forEach(http -> http.addCustomizer(this));
    }
  }

  @Override
  public Request customize(Request request, HttpFields.Mutable responseHeaders) {
    HttpField given = request.getHeaders().getField(HEADER);
    if (given == null || addresses.isProxy(Request.getRemoteAddr(request))) {
      return request;
    }
    HttpFields headers = HttpFields.build(request.getHeaders()).put(HEADER, cleared(given));
    return new Request.Wrapper(request) {
      @Override
      public HttpFields getHeaders() {
        return headers;
      }
    };
  }

  private static String cleared(HttpField given) {
    Matcher form = FORM.matcher(given.getValue());
    if (!form.matches()) {
      // The agent ignores it as well.
      return "";
    }
    int flags = Integer.parseInt(form.group(2), 16) & ~SAMPLED;
    return "%s%02x%s".formatted(form.group(1), flags, form.group(3));
  }
}
