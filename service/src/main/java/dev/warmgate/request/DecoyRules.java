package dev.warmgate.request;

/**
 * All special rules for the requests of the warm-up and their decoy accounts. For every other
 * request each method returns the strict answer; {@code WarmupMark} ensures that only the service
 * itself can mark a request.
 */
public final class DecoyRules {
  private DecoyRules() {}

  /** Returns whether the request counts in statistics and metrics. */
  public static boolean isCounted() {
    return !RequestContext.isWarmup();
  }

  /** Returns whether the request appears in the audit trail and in webhooks. */
  public static boolean isAudited() {
    return !RequestContext.isWarmup();
  }

  /** Returns whether rate limits apply to the request. */
  public static boolean isLimited() {
    return !RequestContext.isWarmup();
  }

  /**
   * Returns whether the request is refused when too many wait for a hash. The few of the warm-up
   * are not: clients may come before the service is ready.
   */
  public static boolean isShed() {
    return !RequestContext.isWarmup();
  }

  /** Returns whether the request may create a decoy account or log in to one. */
  public static boolean mayUseDecoys() {
    return RequestContext.isWarmup();
  }

  /** Returns whether an account that the request creates gets a hash that costs almost nothing. */
  public static boolean hashesLightly() {
    return RequestContext.isWarmup();
  }

  /** Returns whether a password is checked for breaches, and an outdated hash renewed. */
  public static boolean isPasswordKept() {
    return !RequestContext.isWarmup();
  }
}
