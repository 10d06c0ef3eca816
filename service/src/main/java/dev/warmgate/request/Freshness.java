package dev.warmgate.request;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.time.Duration;
import java.time.Instant;

/**
 * How long ago a caller may have authenticated at most (RFC 9470), where a token that somebody
 * stole must not be enough.
 */
public record Freshness(Duration maxAge) {
  public Freshness {
    if (!maxAge.isPositive()) {
      throw new IllegalArgumentException("must be longer than no time");
    }
  }

  /**
   * @param text such as {@code 5m}
   * @throws IllegalArgumentException if it is no time
   */
  public static Freshness parse(String text) {
    return new Freshness(io.dropwizard.util.Duration.parse(text).toJavaDuration());
  }

  public boolean isMetBy(Caller caller, Instant now) {
    return !caller.authenticatedAt().isBefore(now.minus(maxAge));
  }

  /** What a client needs to know to log its user in again and come back: RFC 9470 section 3. */
  public ApiException refusal() {
    ProblemType type = ProblemType.INSUFFICIENT_USER_AUTHENTICATION;
    return ApiException.challenge(
        type,
        "Bearer error=\"%s\", error_description=\"%s\", max_age=\"%d\""
            .formatted(type.code(), type.title(), maxAge.toSeconds()));
  }
}
