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
 * Refuses callers that have none of the roles of the endpoint, and services that lack one of its
 * scopes. A token carries the role of the time when it was issued, so the account is checked too: a
 * revoked role is lost with the next request. Heavy: full lane only.
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
    if (security.getUserPrincipal() == null && endpoint.isForAnonymous()) {
      return;
    }
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

  /** Scopes apply to services only; accounts are judged by their roles. */
  private static boolean hasScopes(@Nullable Principal caller, List<String> needed) {
    return !(caller instanceof ServiceCaller service) || service.scopes().containsAll(needed);
  }
}
