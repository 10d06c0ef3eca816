package dev.warmgate.request;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.time.Duration;
import java.time.Instant;

/**
 * The maximum time since the caller's login (RFC 9470), for actions that a stolen token must not
 * permit.
 */
public record Freshness(Duration maxAge) {
  public Freshness {
    if (!maxAge.isPositive()) {
      throw new IllegalArgumentException("must be longer than zero");
    }
  }

  /**
   * @param text such as {@code 5m}
   * @throws IllegalArgumentException if the text is not a positive duration
   */
  public static Freshness parse(String text) {
    return new Freshness(io.dropwizard.util.Duration.parse(text).toJavaDuration());
  }

  public boolean isMetBy(Caller caller, Instant now) {
    return !caller.authenticatedAt().isBefore(now.minus(maxAge));
  }

  /** Creates the 401 that asks the client to log its user in again (RFC 9470 section 3). */
  public ApiException refusal() {
    ProblemType type = ProblemType.INSUFFICIENT_USER_AUTHENTICATION;
    return ApiException.challenge(
        type,
        "Bearer error=\"%s\", error_description=\"%s\", max_age=\"%d\""
            .formatted(type.code(), type.title(), maxAge.toSeconds()));
  }
}
