package dev.warmgate.filter;

import dev.warmgate.problem.ApiException;
import dev.warmgate.ratelimit.ClientAddress;
import dev.warmgate.ratelimit.Limit;
import dev.warmgate.ratelimit.RateLimits;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.annotation.Priority;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;

/**
 * Counts the request against its client address before anything is spent on it, unless it belongs
 * to a load test.
 */
@Priority(FilterOrder.RATE_LIMIT)
public final class RateLimitFilter extends TracedRequestFilter {
  private final RateLimits limits;
  private final ClientAddress addresses;
  private final Runnable refuseIfBusy;
  private final LoadTestKeys loadTests;

  @Context private HttpServletRequest connection;

  /**
   * @param refuseIfBusy asked first where a hash is needed: an attempt that is turned away unseen
   *     need not be counted, and must cost next to nothing
   */
  public RateLimitFilter(
      RateLimits limits,
      ClientAddress addresses,
      Runnable refuseIfBusy,
      LoadTestKeys loadTests,
      OpenTelemetry telemetry) {
    super("rate-limit", false, telemetry);
    this.refuseIfBusy = refuseIfBusy;
    this.loadTests = loadTests;
    this.limits = limits;
    this.addresses = addresses;
  }

  @Override
  protected void apply(ContainerRequestContext request) {
    Limit limit = Endpoint.of(request).limit();
    if (limit.isHashed()) {
      refuseIfBusy.run();
    }
    String address =
        addresses.of(connection.getRemoteAddr(), request.getHeaderString("x-forwarded-for"));
    FilterTrail trail = FilterTrail.of(request);
    trail.comesFrom(address);
    String key = request.getHeaderString(LoadTestKeys.HEADER);
    if (key == null) {
      trail.count(limits, limit);
      return;
    }
    try {
      loadTests.require(key);
      trail.exempt();
    } catch (ApiException refusal) {
      // Whoever guesses keys is counted like everybody else.
      trail.count(limits, limit);
      throw refusal;
    }
  }
}
