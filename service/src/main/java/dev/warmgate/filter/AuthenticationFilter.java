package dev.warmgate.filter;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.Locale;
import java.util.function.Function;

/**
 * Turns the bearer token of an {@code @Authenticated} endpoint into its {@link Caller}, or refuses.
 */
@Priority(FilterOrder.AUTHENTICATION)
public final class AuthenticationFilter extends TracedRequestFilter {
  private static final String SCHEME = "bearer ";

  private final Function<String, Caller> verify;

  /**
   * @param verify says who a token speaks for, or throws {@link ApiException}
   */
  public AuthenticationFilter(Function<String, Caller> verify, OpenTelemetry telemetry) {
    super("authentication", false, telemetry);
    this.verify = verify;
  }

  @Override
  protected void apply(ContainerRequestContext request) {
    if (!Endpoint.of(request).isAuthenticated()) {
      return;
    }
    String header = request.getHeaderString(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      throw new ApiException(ProblemType.MISSING_TOKEN);
    }
    Caller caller = verify.apply(header.substring(SCHEME.length()).strip());
    request.setSecurityContext(new BearerContext(caller, request.getSecurityContext().isSecure()));
  }

  private record BearerContext(Caller caller, boolean secure) implements SecurityContext {
    @Override
    public Principal getUserPrincipal() {
      return caller;
    }

    @Override
    public boolean isUserInRole(String role) {
      return caller.roles().contains(role);
    }

    @Override
    public boolean isSecure() {
      return secure;
    }

    @Override
    public String getAuthenticationScheme() {
      return "Bearer";
    }
  }
}
