package dev.warmgate.request;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The user that a verified access token belongs to.
 *
 * @param emailVerified whether the user has proven the address
 * @param resource the other API that the token is for, or {@code null} if it is for this one
 * @param authenticatedAt when the user last proved who they are
 * @param aal the authenticator assurance level of the session: 2 if a second factor was used
 */
public record Caller(
    UUID accountId,
    UUID sessionId,
    String email,
    boolean emailVerified,
    Set<String> roles,
    Instant tokenExpiresAt,
    @Nullable String resource,
    Instant authenticatedAt,
    int aal)
    implements Principal {
  /** Takes the place of a resource in tokens of the Supabase form; no resource has this name. */
  public static final String SUPABASE = "authenticated";

  /** Returns the caller of an {@code @Authenticated} endpoint, which always has one. */
  public static Caller of(SecurityContext security) {
    return (Caller) security.getUserPrincipal();
  }

  /**
   * As {@link #of}, for an endpoint that is called so often that having the context injected would
   * count.
   */
  public static Caller current() {
    return (Caller) Objects.requireNonNull(RequestContext.current().caller());
  }

  /**
   * Refuses a token for another resource: that resource must not be able to use it here.
   *
   * @throws ApiException 401 if the token is for another resource
   */
  public void requireForThisApi() {
    if (resource != null) {
      throw new ApiException(ProblemType.INVALID_TOKEN, "The access token is for another resource");
    }
  }

  /** Whether the token is of the Supabase form, which opens {@link SupabaseApi} endpoints only. */
  public boolean isOfSupabase() {
    return SUPABASE.equals(resource);
  }

  @Override
  public String getName() {
    return accountId.toString();
  }
}
