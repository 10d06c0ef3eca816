package dev.warmgate.filter;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.AccessTrail;
import dev.warmgate.request.AccountRoles;
import dev.warmgate.request.Caller;
import dev.warmgate.request.Endpoint;
import dev.warmgate.request.ServiceCaller;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a caller who has none of the roles that the endpoint names, and a service that lacks one
 * of its scopes. A token remembers the role that its account had when it was issued, so the account
 * is asked besides: a role that was taken away is gone at the next request. Heavy: full lane only.
 */
@Priority(FilterOrder.ACCESS_CONTROL)
public final class AccessControlFilter extends TracedRequestFilter {
  private final AccountRoles roles;
  private final AccessTrail trail;

  public AccessControlFilter(AccountRoles roles, AccessTrail trail, OpenTelemetry telemetry) {
    super("access-control", true, telemetry);
    this.roles = roles;
    this.trail = trail;
  }

  @Override
  protected void apply(ContainerRequestContext request) {
    Endpoint endpoint = Endpoint.of(request);
    SecurityContext security = request.getSecurityContext();
    boolean hasRole =
        endpoint.roles().isEmpty()
            || endpoint.roles().stream().anyMatch(role -> hasRole(security, role));
    if (!hasRole || !hasScopes(security.getUserPrincipal(), endpoint.scopes())) {
      trail.accessDenied();
      throw new ApiException(ProblemType.FORBIDDEN);
    }
  }

  private boolean hasRole(SecurityContext security, String role) {
    return security.isUserInRole(role)
        && (!(security.getUserPrincipal() instanceof Caller account)
            || roles.hasRole(account.accountId(), role));
  }

  /** Scopes are for services; an account is judged by its roles. */
  private static boolean hasScopes(@Nullable Principal caller, List<String> needed) {
    return !(caller instanceof ServiceCaller service) || service.scopes().containsAll(needed);
  }
}
