package dev.warmgate.problem;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

/**
 * A problem with the members that OAuth clients expect, sent as plain JSON (RFC 6749 section 5.2).
 */
record OAuthProblem(
    String error,
    @JsonProperty("error_description") String errorDescription,
    @JsonUnwrapped Problem problem) {

  static OAuthProblem of(ProblemType type, @Nullable String detail, Problem problem) {
    return new OAuthProblem(error(type), detail == null ? type.title() : detail, problem);
  }

  /**
   * Error codes of RFC 6749, RFC 7009 and RFC 8707, and of RFC 6750 for a service key that lacks a
   * scope.
   */
  private static String error(ProblemType type) {
    return switch (type) {
      case INVALID_GRANT,
          INVALID_CLIENT,
          INVALID_SCOPE,
          INVALID_TARGET,
          UNSUPPORTED_GRANT_TYPE,
          UNSUPPORTED_TOKEN_TYPE ->
          type.code();
      case UNAUTHENTICATED_CLIENT, MISSING_TOKEN, INVALID_TOKEN, EXPIRED_TOKEN, SESSION_ENDED ->
          "invalid_client";
      case FORBIDDEN -> "insufficient_scope";
      case INTERNAL_ERROR -> "server_error";
      case RATE_LIMITED, TOO_MANY_UNFINISHED -> "temporarily_unavailable";
      default -> type.status() < 500 ? "invalid_request" : "temporarily_unavailable";
    };
  }
}
