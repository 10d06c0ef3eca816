package dev.warmgate.filter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.Assurance;
import dev.warmgate.request.Authenticated;
import dev.warmgate.request.Caller;
import dev.warmgate.request.Endpoint;
import dev.warmgate.request.PageAuthentication;
import dev.warmgate.request.RequestContext;
import dev.warmgate.request.ServiceCaller;
import dev.warmgate.request.ServiceKeyVerification;
import dev.warmgate.request.TokenVerification;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.time.Clock;
import java.util.Base64;
import java.util.Collections;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates the credential of an {@code @Authenticated} endpoint as its {@link Caller} or, at
 * an endpoint for services, as its {@link ServiceCaller}. At a page, the session in the cookie
 * takes the place of the credential. Refuses the request if that fails.
 */
@Priority(FilterOrder.AUTHENTICATION)
public final class AuthenticationFilter extends TracedRequestFilter {
  private static final String SCHEME = "bearer ";
  private static final String BASIC = "basic ";
  private static final Set<String> SERVICE_ROLES = Set.of(Authenticated.SERVICE);

  private final TokenVerification tokens;
  private final ServiceKeyVerification serviceKeys;
  private final PageAuthentication pages;
  private final ExposedKeys exposedKeys;
  private final Clock clock;

  /**
   * @param pages asked at pages only, and there alone
   */
  public AuthenticationFilter(
      TokenVerification tokens,
      ServiceKeyVerification serviceKeys,
      PageAuthentication pages,
      ExposedKeys exposedKeys,
      Clock clock,
      OpenTelemetry telemetry) {
    super("authentication", false, telemetry);
    this.tokens = tokens;
    this.serviceKeys = serviceKeys;
    this.pages = pages;
    this.exposedKeys = exposedKeys;
    this.clock = clock;
  }

  @Override
  protected void apply(ContainerRequestContext request) {
    Endpoint endpoint = Endpoint.of(request);
    if (endpoint.isSupabase()) {
      exposedKeys.refuse(request);
    }
    if (!endpoint.isAuthenticated()) {
      return;
    }
    boolean secure = request.getSecurityContext().isSecure();
    if (endpoint.isPage()) {
      Caller caller = pages.authenticate(request);
      requireAssurance(endpoint, caller);
      admit(request, new Bearer(caller, caller.roles(), secure));
      return;
    }
    String header = credential(endpoint, request);
    if (header == null && endpoint.isForAnonymous()) {
      return;
    }
    // Clients of the Supabase form have no Basic, with which keys would pass ExposedKeys.
    if (endpoint.isForServices() && !endpoint.isSupabase() && has(BASIC, header)) {
      admit(request, basic(endpoint, header.substring(BASIC.length()).strip(), secure));
      return;
    }
    if (header == null) {
      throw endpoint.isForServicesOnly()
          ? new ApiException(ProblemType.MISSING_TOKEN, "a service key is required")
          : new ApiException(ProblemType.MISSING_TOKEN);
    }
    if (!has(SCHEME, header)) {
      throw endpoint.isForServicesOnly()
          ? unauthenticated(endpoint)
          : new ApiException(ProblemType.MISSING_TOKEN);
    }
    String credential = header.substring(SCHEME.length()).strip();
    if (credential.startsWith(ServiceCaller.KEY_PREFIX)) {
      admit(request, service(endpoint, credential, secure));
    } else if (!endpoint.isForAnonymous()) {
      admit(request, account(endpoint, credential, secure));
    }
  }

  /**
   * Clients of the Supabase form send the keys of services in {@code apikey}, and some of them also
   * as bearer tokens. The token of a user counts for more: a gateway may add the same {@code
   * apikey} to the requests of all users.
   */
  private static @Nullable String credential(Endpoint endpoint, ContainerRequestContext request) {
    String header = request.getHeaderString("authorization");
    String key = request.getHeaderString(ExposedKeys.API_KEY);
    return header == null
            && endpoint.isSupabase()
            && endpoint.isForServices()
            && key != null
            && key.startsWith(ServiceCaller.KEY_PREFIX)
        ? SCHEME + key
        : header;
  }

  private static void admit(ContainerRequestContext request, Bearer bearer) {
    request.setSecurityContext(bearer);
    RequestContext.of(request).speaksFor(bearer.caller());
  }

  private static boolean has(String scheme, @Nullable String header) {
    return header != null && header.regionMatches(true, 0, scheme, 0, scheme.length());
  }

  /**
   * A service that presents its key as OAuth clients do (RFC 6749 section 2.3.1): the key's id as
   * the user, the key as the password.
   */
  private Bearer basic(Endpoint endpoint, String base64, boolean secure) {
    String[] parts;
    try {
      parts = new String(Base64.getDecoder().decode(base64), UTF_8).split(":", 2);
    } catch (IllegalArgumentException garbage) {
      throw unauthenticated(endpoint);
    }
    ServiceCaller service = verify(endpoint, parts[parts.length - 1]);
    if (parts.length != 2 || !parts[0].equals(service.keyId().toString())) {
      throw unauthenticated(endpoint);
    }
    return new Bearer(service, SERVICE_ROLES, secure);
  }

  private ServiceCaller verify(Endpoint endpoint, String key) {
    try {
      return serviceKeys.verify(key);
    } catch (ApiException refusal) {
      throw refusal.type() == ProblemType.INVALID_TOKEN ? unauthenticated(endpoint) : refusal;
    }
  }

  /** At an endpoint for services, which does not ask for an access token. */
  private static ApiException unauthenticated(Endpoint endpoint) {
    String how =
        "send a valid service key, as a bearer token or by HTTP Basic with its id as the user";
    return new ApiException(
        ProblemType.UNAUTHENTICATED_CLIENT,
        endpoint.isForAnonymous()
            ? how + "; a client without a key sends its client_id in the form and no Authorization"
            : how);
  }

  private Bearer account(Endpoint endpoint, String token, boolean secure) {
    Caller caller = tokens.verify(token);
    if (endpoint.isSupabase() != caller.isOfSupabase()) {
      throw new ApiException(ProblemType.INVALID_TOKEN, "The access token is for another API");
    }
    if (!endpoint.isForAnyAudience() && !endpoint.isSupabase()) {
      caller.requireForThisApi();
    }
    if (caller.awaitsFactor() && !endpoint.isBeforeFactor()) {
      throw new Assurance(2, null).refusal();
    }
    requireAssurance(endpoint, caller);
    return new Bearer(caller, caller.roles(), secure);
  }

  /** Asks nothing of a caller without the endpoint's role, whom the check of roles refuses. */
  private void requireAssurance(Endpoint endpoint, Caller caller) {
    Assurance needed = endpoint.assurance();
    if (needed != null
        && (endpoint.roles().isEmpty() || !Collections.disjoint(endpoint.roles(), caller.roles()))
        && !needed.isMetBy(caller, clock.instant())) {
      throw needed.refusal();
    }
  }

  private Bearer service(Endpoint endpoint, String key, boolean secure) {
    if (!endpoint.isForServices()) {
      throw new ApiException(ProblemType.INVALID_TOKEN);
    }
    return new Bearer(serviceKeys.verify(key), SERVICE_ROLES, secure);
  }

  private record Bearer(Principal caller, Set<String> roles, boolean secure)
      implements SecurityContext {
    @Override
    public Principal getUserPrincipal() {
      return caller;
    }

    @Override
    public boolean isUserInRole(String role) {
      return roles.contains(role);
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
