package dev.warmgate.request;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How sure the service has to be of who the caller is (RFC 9470): by which authenticator assurance
 * level of their session, and since when, for actions that a stolen token must not permit.
 *
 * @param aal 2 if a second factor is needed
 * @param maxAge the maximum time since the caller last proved who they are; {@code null} if it does
 *     not matter
 */
public record Assurance(int aal, @Nullable Duration maxAge) {
  /** What the claim {@code acr} says of a session with a second factor. */
  public static final String AAL2 = "aal2";

  /** What it says of any other session. */
  public static final String AAL1 = "aal1";

  public Assurance {
    if (aal < 1 || aal > 2) {
      throw new IllegalArgumentException("there is no such assurance level");
    }
    if (maxAge != null && !maxAge.isPositive()) {
      throw new IllegalArgumentException("must be longer than zero");
    }
  }

  /**
   * @param maxAge such as {@code 5m}, or empty
   * @throws IllegalArgumentException if the text is not a positive duration
   */
  public static Assurance parse(int aal, String maxAge) {
    return new Assurance(
        aal, maxAge.isEmpty() ? null : io.dropwizard.util.Duration.parse(maxAge).toJavaDuration());
  }

  public boolean isMetBy(Caller caller, Instant now) {
    return caller.aal() >= aal
        && (maxAge == null || !caller.authenticatedAt().isBefore(now.minus(maxAge)));
  }

  /** Creates the 401 that asks the client to authenticate its user again (RFC 9470 section 3). */
  public ApiException refusal() {
    ProblemType type = ProblemType.INSUFFICIENT_USER_AUTHENTICATION;
    String what = what();
    StringBuilder challenge =
        new StringBuilder(
            "Bearer error=\"%s\", error_description=\"%s\"".formatted(type.code(), what));
    if (aal > 1) {
      challenge.append(", acr_values=\"").append(AAL2).append('"');
    }
    if (maxAge != null) {
      challenge.append(", max_age=\"").append(maxAge.toSeconds()).append('"');
    }
    return aal > 1
        ? ApiException.withHeaders(type, what, Map.of("WWW-Authenticate", challenge.toString()))
        : ApiException.challenge(type, challenge.toString());
  }

  private String what() {
    if (aal < 2) {
      return "A fresh login is required";
    }
    return maxAge == null
        ? "A second factor is required"
        : "A second factor is required that is not older than %d minutes"
            .formatted(maxAge.toMinutes());
  }
}
