package dev.warmgate.filter;

import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/** Who a verified access token speaks for. */
public record Caller(
    UUID accountId, UUID sessionId, String email, Set<String> roles, Instant tokenExpiresAt)
    implements Principal {

  /** The caller of an {@code @Authenticated} endpoint, which always has one. */
  public static Caller of(SecurityContext security) {
    return (Caller) security.getUserPrincipal();
  }

  @Override
  public String getName() {
    return accountId.toString();
  }
}
