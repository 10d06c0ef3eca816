package dev.warmgate.filter;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.List;

/** Refuses a caller who has none of the roles that the endpoint names. Heavy: full lane only. */
@Priority(FilterOrder.ACCESS_CONTROL)
public final class AccessControlFilter extends TracedRequestFilter {
  public AccessControlFilter(OpenTelemetry telemetry) {
    super("access-control", true, telemetry);
  }

  @Override
  protected void apply(ContainerRequestContext request) {
    List<String> roles = Endpoint.of(request).roles();
    if (!roles.isEmpty() && roles.stream().noneMatch(request.getSecurityContext()::isUserInRole)) {
      throw new ApiException(ProblemType.FORBIDDEN);
    }
  }
}
