package dev.warmgate.request;

import dev.warmgate.problem.ProblemType;
import java.util.Locale;

/** The rate limits; their values are in the configuration under {@code rate_limits}. */
public enum Limit {
  LOGIN,
  REGISTER,
  /** Refreshes of one session; an excess is {@link ProblemType#REFRESH_BUSY}. */
  REFRESH,
  /** Forged refresh tokens from one client address. */
  REFRESH_FORGED,
  PASSWORD,
  /** Requests for a mail from one client address. */
  MAIL,
  /** Links and codes presented from one client address. */
  PROOF,
  /** Wrong codes for one account from any address; a period begins with the first one. */
  FAILED_CODE,
  /** Mails to all addresses together that nobody has ever proven. */
  UNPROVEN,
  /** Those of them that one client address asks for. */
  UNPROVEN_CLIENT,
  /** Second factors presented from one client address. */
  FACTOR,
  /** Wrong codes of second factors for one account from any address; followed by a back-off. */
  FAILED_FACTOR,
  /** Wrong passwords for one account from any address; followed by a back-off. */
  FAILED_LOGIN,
  /** Everything else; counted in this process only, so that the fast lane needs no network call. */
  OTHER;

  private final String text = name().toLowerCase(Locale.ROOT);
  private final String policyName = text.replace('_', '-');
  private final String bucketName = policyName + " bucket";

  /** Returns the name in the rate-limit headers. */
  public String policyName() {
    return policyName;
  }

  /** Returns the bucket's display name. */
  public String bucketName() {
    return bucketName;
  }

  @Override
  public String toString() {
    return text;
  }

  /** Returns whether a request under this limit may need a password hash. */
  public boolean isHashed() {
    return this == LOGIN || this == REGISTER || this == PASSWORD || this == PROOF;
  }

  /**
   * Returns the problem of a refusal. It is not a 4xx for a session's refreshes, since clients take
   * a 4xx there for the end of the session.
   */
  public ProblemType problem() {
    return this == REFRESH ? ProblemType.REFRESH_BUSY : ProblemType.RATE_LIMITED;
  }

  /** Returns whether all replicas share the count. */
  public boolean shared() {
    return this != OTHER;
  }
}
