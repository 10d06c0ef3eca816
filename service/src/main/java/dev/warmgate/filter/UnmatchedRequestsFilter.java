package dev.warmgate.filter;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemMapper;
import dev.warmgate.ratelimit.ClientAddress;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.request.Limit;
import dev.warmgate.request.RequestContext;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Response;
import java.lang.annotation.Annotation;
import java.util.List;

/**
 * Counts requests that no endpoint answers (a 404, a 405, a wrong content type) against their
 * client address, as {@link RateLimitFilter} counts all others. Jersey has refused them at little
 * cost, before any filter but the first; over the limit they get a 429 instead.
 */
@Priority(FilterOrder.UNMATCHED)
public final class UnmatchedRequestsFilter implements ContainerResponseFilter {
  private static final Annotation[] NONE = {};

  private final RateLimits limits;
  private final ClientAddress addresses;
  private final ProblemMapper problems;

  public UnmatchedRequestsFilter(
      RateLimits limits, ClientAddress addresses, ProblemMapper problems) {
    this.limits = limits;
    this.addresses = addresses;
    this.problems = problems;
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    RequestContext context = RequestContext.of(request);
    if (context.lane() != null) {
      return;
    }
    try {
      limits.take(Limit.OTHER, addresses.of(context.peerAddress(), request::getHeaderString));
    } catch (ApiException refusal) {
      // Jersey does not map exceptions that a response filter throws while it handles an error.
      refuse(response, problems.toResponse(refusal));
    }
  }

  private static void refuse(ContainerResponseContext response, Response refused) {
    response.setStatus(refused.getStatus());
    response.setEntity(refused.getEntity(), NONE, refused.getMediaType());
    refused
        .getHeaders()
        .forEach((name, values) -> response.getHeaders().put(name, List.copyOf(values)));
  }
}
