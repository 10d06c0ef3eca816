package dev.warmgate.filter;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemMapper;
import dev.warmgate.ratelimit.ClientAddress;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.request.Endpoint;
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
 * Counts requests that were refused before anything counted them, against their client address: as
 * {@link RateLimitFilter} counts others, those that no endpoint answers (a 404, a 405, a wrong
 * content type), and as forged ones, refreshes without a token. They have cost little; over the
 * limit they get a 429 instead.
 */
@Priority(FilterOrder.UNCOUNTED)
public final class UncountedRequestsFilter implements ContainerResponseFilter {
  private static final Annotation[] NONE = {};

  private final RateLimits limits;
  private final ClientAddress addresses;
  private final ProblemMapper problems;

  public UncountedRequestsFilter(
      RateLimits limits, ClientAddress addresses, ProblemMapper problems) {
    this.limits = limits;
    this.addresses = addresses;
    this.problems = problems;
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    RequestContext context = RequestContext.of(request);
    try {
      if (context.lane() == null) {
        limits.take(Limit.OTHER, addresses.of(context.peerAddress(), request::getHeaderString));
      } else if (isMalformedRefresh(request, context, response)) {
        limits.count(context, Limit.REFRESH_FORGED);
      }
    } catch (ApiException refusal) {
      // Jersey does not map exceptions that a response filter throws while it handles an error.
      refuse(response, problems.toResponse(refusal));
    }
  }

  /** A genuine one is counted against its session, since many users may share an address. */
  private static boolean isMalformedRefresh(
      ContainerRequestContext request, RequestContext context, ContainerResponseContext response) {
    return !context.isCounted()
        && response.getStatusInfo().getFamily() == Response.Status.Family.CLIENT_ERROR
        && context.clientAddress() != null
        && Endpoint.of(request).limit() == Limit.REFRESH;
  }

  private static void refuse(ContainerResponseContext response, Response refused) {
    response.setStatus(refused.getStatus());
    response.setEntity(refused.getEntity(), NONE, refused.getMediaType());
    refused
        .getHeaders()
        .forEach((name, values) -> response.getHeaders().put(name, List.copyOf(values)));
  }
}
