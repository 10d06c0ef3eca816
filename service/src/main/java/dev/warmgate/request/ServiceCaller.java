package dev.warmgate.request;

import java.security.Principal;
import java.util.Set;
import java.util.UUID;

/**
 * Another service, identified by its key. It is not an account and therefore never a {@link
 * Caller}.
 *
 * @param name the name that the operator chose
 */
public record ServiceCaller(UUID keyId, String name, Set<String> scopes) implements Principal {
  /** The prefix of every service key; no access token starts with it. */
  public static final String KEY_PREFIX = "wg_sk_";

  @Override
  public String getName() {
    return name;
  }
}
