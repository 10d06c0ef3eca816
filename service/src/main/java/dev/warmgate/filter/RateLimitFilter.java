package dev.warmgate.filter;

import dev.warmgate.ratelimit.ClientAddress;
import dev.warmgate.ratelimit.RateLimits;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.annotation.Priority;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;

/** Counts the request against its client address before anything is spent on it. */
@Priority(FilterOrder.RATE_LIMIT)
public final class RateLimitFilter extends TracedRequestFilter {
  private final RateLimits limits;
  private final ClientAddress addresses;

  @Context private HttpServletRequest connection;

  public RateLimitFilter(RateLimits limits, ClientAddress addresses, OpenTelemetry telemetry) {
    super("rate-limit", false, telemetry);
    this.limits = limits;
    this.addresses = addresses;
  }

  @Override
  protected void apply(ContainerRequestContext request) {
    String forwardedFor = request.getHeaderString("X-Forwarded-For");
    limits.take(
        Endpoint.of(request).limit(), addresses.of(connection.getRemoteAddr(), forwardedFor));
  }
}
