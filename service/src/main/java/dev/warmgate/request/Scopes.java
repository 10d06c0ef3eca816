package dev.warmgate.request;

import java.util.Set;

/** The scopes of service keys. */
public final class Scopes {
  /** Reads performance data of the service. */
  public static final String PERFORMANCE = "performance";

  /** Bypasses the limits per client address, for load tests. */
  public static final String LOAD_TEST = "load-test";

  /** Introspects tokens. */
  public static final String INTROSPECT = "introspect";

  /** Revokes tokens, which ends their sessions. */
  public static final String REVOKE = "revoke";

  /** Does what admins do, for automation; in the Supabase form of the API, too. */
  public static final String ADMIN = "admin";

  public static final Set<String> ALL = Set.of(PERFORMANCE, LOAD_TEST, INTROSPECT, REVOKE, ADMIN);

  private Scopes() {}
}
