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
   * scope. What the service does not implement is an error of the request: to repeat it never
   * helps.
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
      default ->
          switch (type.status()) {
            case 401 -> "invalid_client";
            case 403 -> "insufficient_scope";
            case 429, 503 -> "temporarily_unavailable";
            case 500 -> "server_error";
            default -> "invalid_request";
          };
    };
  }
}
