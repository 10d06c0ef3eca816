package dev.warmgate.request;

import java.security.Principal;
import java.util.Set;
import java.util.UUID;

/**
 * Another service, known by its key; not an account, so it is never a {@link Caller}.
 *
 * @param name what the operator called it
 */
public record ServiceCaller(UUID keyId, String name, Set<String> scopes) implements Principal {
  /** What every service key begins with; no access token does. */
  public static final String KEY_PREFIX = "wg_sk_";

  @Override
  public String getName() {
    return name;
  }
}
