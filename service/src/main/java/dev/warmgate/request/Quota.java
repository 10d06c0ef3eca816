package dev.warmgate.request;

import java.time.Duration;
import java.util.Map;

/**
 * What a client is told of a limit, in the fields of draft-ietf-httpapi-ratelimit-headers-10: the
 * policy, and what is left of it.
 */
public record Quota(String policy, String left) {
  // In lower case, since Jersey makes a copy of every other name.
  public static final String POLICY_FIELD = "ratelimit-policy";
  public static final String LEFT_FIELD = "ratelimit";

  /** So many in so many seconds. */
  public static String policy(Limit limit, long count, Duration per) {
    return "\"%s\";q=%d;w=%d".formatted(limit.policyName(), count, Math.max(1, per.toSeconds()));
  }

  /**
   * @param reset when all will be there again, or when the next will
   */
  public static Quota of(String policy, Limit limit, long remaining, Duration reset) {
    return new Quota(
        policy, "\"" + limit.policyName() + "\";r=" + remaining + ";t=" + seconds(reset));
  }

  /** The same as fields of a refusal. */
  public Map<String, String> fields() {
    return Map.of(POLICY_FIELD, policy, LEFT_FIELD, left);
  }

  /** Rounded up, as {@code Retry-After} is. */
  private static long seconds(Duration duration) {
    return Math.max(1, duration.plusMillis(999).toSeconds());
  }
}
