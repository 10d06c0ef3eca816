package dev.warmgate.request;

import java.util.UUID;

/** Says what accounts may do now, whatever their tokens say. */
public interface AccountRoles {
  /** Whether the account is open and has the role. */
  boolean hasRole(UUID account, String role);
}
