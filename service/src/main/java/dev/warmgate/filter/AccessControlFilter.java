package dev.warmgate.filter;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a caller who has none of the roles that the endpoint names, and a service that lacks one
 * of its scopes. Heavy: full lane only.
 */
@Priority(FilterOrder.ACCESS_CONTROL)
public final class AccessControlFilter extends TracedRequestFilter {
  public AccessControlFilter(OpenTelemetry telemetry) {
    super("access-control", true, telemetry);
  }

  @Override
  protected void apply(ContainerRequestContext request) {
    Endpoint endpoint = Endpoint.of(request);
    SecurityContext security = request.getSecurityContext();
    boolean hasRole =
        endpoint.roles().isEmpty() || endpoint.roles().stream().anyMatch(security::isUserInRole);
    if (!hasRole || !hasScopes(security.getUserPrincipal(), endpoint.scopes())) {
      throw new ApiException(ProblemType.FORBIDDEN);
    }
  }

  /** Scopes are for services; an account is judged by its roles. */
  private static boolean hasScopes(@Nullable Principal caller, List<String> needed) {
    return !(caller instanceof ServiceCaller service) || service.scopes().containsAll(needed);
  }
}
