package dev.warmgate.ratelimit;

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

  boolean shared() {
    return this != OTHER;
  }
}
