package dev.warmgate.request;

import java.time.Duration;
import java.util.Map;

/**
 * A rate limit as clients see it, in the fields of draft-ietf-httpapi-ratelimit-headers-10: the
 * policy and the remaining quota.
 */
public record Quota(String policy, String left) {
  // In lower case, because Jersey copies every other name.
  public static final String POLICY_FIELD = "ratelimit-policy";
  public static final String LEFT_FIELD = "ratelimit";

  /** Formats a quota and its window in seconds. */
  public static String policy(Limit limit, long count, Duration per) {
    return "\"%s\";q=%d;w=%d".formatted(limit.policyName(), count, Math.max(1, per.toSeconds()));
  }

  /**
   * @param reset time until the quota is full again, or, after a refusal, until the next token
   */
  public static Quota of(String policy, Limit limit, long remaining, Duration reset) {
    return new Quota(
        policy, "\"" + limit.policyName() + "\";r=" + remaining + ";t=" + seconds(reset));
  }

  /** Returns the header fields of a refusal. */
  public Map<String, String> fields() {
    return Map.of(POLICY_FIELD, policy, LEFT_FIELD, left);
  }

  /** Rounds up, as for {@code Retry-After}. */
  private static long seconds(Duration duration) {
    return Math.max(1, duration.plusMillis(999).toSeconds());
  }
}
