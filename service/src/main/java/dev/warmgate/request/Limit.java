package dev.warmgate.request;

import dev.warmgate.problem.ProblemType;
import java.util.Locale;

/** What is limited; the figures stand in the configuration, under {@code rate_limits}. */
public enum Limit {
  LOGIN,
  REGISTER,
  /** Refreshes of one session; {@link ProblemType#REFRESH_BUSY} for whoever comes too often. */
  REFRESH,
  /** Refresh tokens that were never ours, from one client address. */
  REFRESH_FORGED,
  PASSWORD,
  /** Wrong passwords for one account, from wherever they come; followed by a back-off. */
  FAILED_LOGIN,
  /** Everything else, counted in this process only, so that the fast lane touches no network. */
  OTHER;

  private final String text = name().toLowerCase(Locale.ROOT);
  private final String policyName = text.replace('_', '-');
  private final String bucketName = policyName + " bucket";

  /** What clients know it by. */
  public String policyName() {
    return policyName;
  }

  /** What the bucket is called where people read it. */
  public String bucketName() {
    return bucketName;
  }

  @Override
  public String toString() {
    return text;
  }

  /** Whether what is limited costs a hash. */
  public boolean isHashed() {
    return this == LOGIN || this == REGISTER || this == PASSWORD;
  }

  /** A client takes every 4xx of a refresh for the end of its session, so a session gets none. */
  public ProblemType problem() {
    return this == REFRESH ? ProblemType.REFRESH_BUSY : ProblemType.RATE_LIMITED;
  }

  /** Whether all replicas count together. */
  public boolean shared() {
    return this != OTHER;
  }
}
