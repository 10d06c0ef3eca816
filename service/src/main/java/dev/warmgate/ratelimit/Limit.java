package dev.warmgate.ratelimit;

import java.util.Locale;

/** What is limited; the figures stand in {@link RateLimitsConfiguration}. */
public enum Limit {
  LOGIN,
  REGISTER,
  REFRESH,
  PASSWORD,
  /** Failed logins of one account, from wherever they come. */
  FAILED_LOGIN,
  /** Everything else, counted in this process only, so that the fast lane touches no network. */
  OTHER;

  private final String text = name().toLowerCase(Locale.ROOT);
  private final String bucketName = text.replace('_', '-') + " bucket";

  /** What the bucket is called where people read it. */
  String bucketName() {
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

  boolean shared() {
    return this != OTHER;
  }
}
