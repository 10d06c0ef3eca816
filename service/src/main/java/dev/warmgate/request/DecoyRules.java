package dev.warmgate.request;

/**
 * All that is different for the requests by which the service warms itself up, and for the decoy
 * accounts that they use. For everybody else each answer here is the strict one; that the mark is
 * nobody else's is {@code WarmupMark}'s to ensure.
 */
public final class DecoyRules {
  private DecoyRules() {}

  /** Whether it is entered into statistics and metrics. */
  public static boolean isCounted() {
    return !RequestContext.isWarmup();
  }

  /** Whether the audit trail and the webhooks are told of it. */
  public static boolean isAudited() {
    return !RequestContext.isWarmup();
  }

  /** Whether limits hold for it. */
  public static boolean isLimited() {
    return !RequestContext.isWarmup();
  }

  /** Whether it may make a decoy account, or log in to one. */
  public static boolean mayUseDecoys() {
    return RequestContext.isWarmup();
  }

  /** Whether the account that it makes has a hash that costs next to nothing. */
  public static boolean hashesLightly() {
    return RequestContext.isWarmup();
  }

  /** Whether a password is held against other servers, and its hash renewed. */
  public static boolean isPasswordKept() {
    return !RequestContext.isWarmup();
  }
}
