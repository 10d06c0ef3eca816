package dev.warmgate.request;

import java.util.Set;

/** What a service key may be good for. */
public final class Scopes {
  /** Reading how the service itself fares. */
  public static final String PERFORMANCE = "performance";

  /** What only load tests do. */
  public static final String LOAD_TEST = "load-test";

  /** Asking whether somebody's token is good, and revoking it. */
  public static final String INTROSPECT = "introspect";

  public static final Set<String> ALL = Set.of(PERFORMANCE, LOAD_TEST, INTROSPECT);

  private Scopes() {}
}
