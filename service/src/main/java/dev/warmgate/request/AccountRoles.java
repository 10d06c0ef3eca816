package dev.warmgate.request;

import java.util.UUID;

/** Looks up the current role of an account, which may differ from the one in its tokens. */
public interface AccountRoles {
  /** Returns whether the account is enabled and has the role. */
  boolean hasRole(UUID account, String role);
}
