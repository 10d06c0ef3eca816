package dev.warmgate.filter;

import dev.warmgate.problem.ApiException;
import dev.warmgate.ratelimit.ClientAddress;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.request.Admission;
import dev.warmgate.request.Endpoint;
import dev.warmgate.request.Limit;
import dev.warmgate.request.RequestContext;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;

/**
 * Counts the request against its client address before any work is done for it, unless it belongs
 * to a load test. Then refuses a body that the service does not read, in its coding or charset.
 */
@Priority(FilterOrder.RATE_LIMIT)
public final class RateLimitFilter extends TracedRequestFilter {
  private final RateLimits limits;
  private final ClientAddress addresses;
  private final Admission hashing;
  private final LoadTestKeys loadTests;

  /**
   * @param hashing asked first where a hash is needed: a request that is refused this early is not
   *     counted, and must cost next to nothing
   */
  public RateLimitFilter(
      RateLimits limits,
      ClientAddress addresses,
      Admission hashing,
      LoadTestKeys loadTests,
      OpenTelemetry telemetry) {
    super("rate-limit", false, telemetry);
    this.hashing = hashing;
    this.loadTests = loadTests;
    this.limits = limits;
    this.addresses = addresses;
  }

  @Override
  protected void apply(ContainerRequestContext request) {
    count(request);
    BodyEncoding.check(request);
  }

  private void count(ContainerRequestContext request) {
    Limit limit = Endpoint.of(request).limit();
    if (limit.isHashed()) {
      hashing.refuseIfFull();
    }
    RequestContext context = RequestContext.of(request);
    String address = addresses.of(context.peerAddress(), request::getHeaderString);
    context.comesFrom(address);
    String key = request.getHeaderString(LoadTestKeys.HEADER);
    if (key == null) {
      count(context, limit);
      return;
    }
    try {
      loadTests.require(key);
      context.markLoadTest();
    } catch (ApiException refusal) {
      // Requests with an invalid key are counted like all others.
      count(context, limit);
      throw refusal;
    }
  }

  private void count(RequestContext context, Limit limit) {
    if (limit.isPerAddress()) {
      limits.count(context, limit);
    }
  }
}
