package dev.warmgate.filter;

import io.opentelemetry.api.OpenTelemetry;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.PreMatching;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.slf4j.MDC;

/**
 * Names the request, for the log and for the client; keeps the caller's own name if it is a plain
 * one.
 */
@PreMatching
@Priority(FilterOrder.REQUEST_ID)
public final class RequestIdFilter extends TracedRequestFilter {
  static final String HEADER = "X-Request-Id";
  static final String MDC_KEY = "request_id";

  /** What may go into a log line as it is. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._-]{8,64}");

  public RequestIdFilter(OpenTelemetry telemetry) {
    super("request-id", false, telemetry);
  }

  @Override
  protected void apply(ContainerRequestContext request) {
    String given = request.getHeaderString(HEADER);
    String id = given != null && PLAIN.matcher(given).matches() ? given : newId();
    FilterTrail.of(request).name(id);
    MDC.put(MDC_KEY, id);
  }

  /** Unique, not secret: no need to wait for a secure generator. */
  private static String newId() {
    return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  }
}
