package dev.warmgate.filter;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import java.util.Arrays;

/** Refuses a caller who has none of the roles that the endpoint names. Heavy: full lane only. */
@Priority(FilterOrder.ACCESS_CONTROL)
public final class AccessControlFilter extends TracedRequestFilter {
  @Context private ResourceInfo endpoint;

  public AccessControlFilter(OpenTelemetry telemetry) {
    super("access-control", true, telemetry);
  }

  @Override
  protected void apply(ContainerRequestContext request) {
    String[] roles =
        Endpoint.of(endpoint)
            .find(Authenticated.class)
            .map(Authenticated::roles)
            .orElse(new String[0]);
    if (roles.length > 0
        && Arrays.stream(roles).noneMatch(request.getSecurityContext()::isUserInRole)) {
      throw new ApiException(ProblemType.FORBIDDEN);
    }
  }
}
