package dev.warmgate.gotrue;

import dev.warmgate.problem.Problem;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.problem.Weakness;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An error as GoTrue names it.
 *
 * @param weaknesses of a password that was refused
 */
record GoTrueError(int status, String code, String message, List<String> weaknesses) {
  /** Where too many requests most often means too many mails. */
  private static final Set<String> MAILING =
      Set.of("signup", "recover", "otp", "magiclink", "resend", "reauthenticate", "user", "invite");

  private static final GoTrueError NO_REFRESH_TOKEN =
      new GoTrueError(
          400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found");

  GoTrueError(int status, String code, String message) {
    this(status, code, message, List.of());
  }

  static GoTrueError of(
      String path,
      ProblemType type,
      @Nullable String detail,
      List<Problem.FieldError> errors,
      @Nullable Duration retryAfter) {
    String endpoint = path.substring(GoTrueErrors.ROOT.length()).replace("/", "");
    return switch (type) {
      case MALFORMED_JSON ->
          new GoTrueError(400, "bad_json", "Could not parse request body as JSON");
      case VALIDATION_FAILED -> new GoTrueError(400, "validation_failed", invalid(errors));
      case WEAK_PASSWORD -> weak(errors);
      case EMAIL_TAKEN ->
          endpoint.equals("signup")
              ? new GoTrueError(422, "user_already_exists", "User already registered")
              : new GoTrueError(
                  422,
                  "email_exists",
                  "A user with this email address has already been registered");
      case REGISTRATION_CLOSED ->
          new GoTrueError(422, "signup_disabled", "Signups not allowed for this instance");
      case EMAIL_LOGIN_OFF ->
          new GoTrueError(422, "otp_disabled", "Signing in by email is not enabled");
      case MAIL_OFF ->
          new GoTrueError(422, "email_provider_disabled", "This instance sends no emails");
      case INVALID_CREDENTIALS ->
          new GoTrueError(400, "invalid_credentials", "Invalid login credentials");
      case EMAIL_NOT_CONFIRMED ->
          new GoTrueError(400, "email_not_confirmed", "Email not confirmed");
      case WRONG_PASSWORD ->
          new GoTrueError(400, "current_password_invalid", "Current password is not correct.");
      case INSUFFICIENT_USER_AUTHENTICATION ->
          // Only where a second factor is needed, there are words for it.
          detail == null
              ? new GoTrueError(400, "reauthentication_needed", "Reauthentication is needed")
              : new GoTrueError(403, "insufficient_aal", detail);
      case INVALID_FACTOR ->
          new GoTrueError(422, "mfa_verification_failed", "Invalid TOTP code entered");
      case FACTOR_NOT_FOUND -> new GoTrueError(404, "mfa_factor_not_found", "Factor not found");
      case TOO_MANY_FACTORS ->
          new GoTrueError(
              422,
              "too_many_enrolled_mfa_factors",
              "Maximum number of verified factors reached, unenroll to continue");
      case MISSING_TOKEN, UNAUTHENTICATED_CLIENT ->
          new GoTrueError(401, "no_authorization", "This endpoint requires a valid Bearer token");
      case INVALID_TOKEN, EXPIRED_TOKEN ->
          new GoTrueError(
              403,
              "bad_jwt",
              "invalid JWT: unable to parse or verify signature"
                  + (type == ProblemType.EXPIRED_TOKEN
                      ? ", token has invalid claims: token is expired"
                      : ""));
      case SESSION_ENDED ->
          endpoint.equals("token")
              ? NO_REFRESH_TOKEN
              : new GoTrueError(
                  403, "session_not_found", "Session from session_id claim in JWT does not exist");
      case INVALID_REFRESH_TOKEN -> NO_REFRESH_TOKEN;
      case REFRESH_TOKEN_REUSED ->
          new GoTrueError(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used");
      case FORBIDDEN ->
          new GoTrueError(403, "not_admin", Objects.requireNonNullElse(detail, "User not allowed"));
      case ACCOUNT_NOT_FOUND -> new GoTrueError(404, "user_not_found", "User not found");
      case INVALID_PROOF ->
          endpoint.equals("token")
              ? new GoTrueError(
                  404, "flow_state_not_found", "invalid flow state, no valid flow state found")
              : new GoTrueError(403, "otp_expired", "Token has expired or is invalid");
      case RATE_LIMITED, TOO_MANY_UNFINISHED -> tooMany(endpoint, retryAfter);
      case CONFLICT, LAST_ADMIN, OWN_ACCOUNT -> new GoTrueError(409, "conflict", type.title());
      default -> other(type);
    };
  }

  private static GoTrueError other(ProblemType type) {
    String code =
        switch (type.status()) {
          case 404 -> "not_found";
          case 400, 405, 406, 408, 413, 414, 415, 421, 422, 431 -> "validation_failed";
          default -> type.status() < 500 ? "validation_failed" : "unexpected_failure";
        };
    return new GoTrueError(type.status(), code, type.title());
  }

  private static String invalid(List<Problem.FieldError> errors) {
    if (errors.isEmpty()) {
      return ProblemType.VALIDATION_FAILED.title();
    }
    Problem.FieldError first = errors.getFirst();
    return first.field().equals("email")
        ? "Unable to validate email address: invalid format"
        : first.field() + " " + first.message();
  }

  private static GoTrueError weak(List<Problem.FieldError> errors) {
    Problem.FieldError error = errors.getFirst();
    Weakness why = Objects.requireNonNull(error.weakness());
    return switch (why.kind()) {
      case TOO_LONG ->
          new GoTrueError(
              400,
              "validation_failed",
              "Password cannot be longer than %d characters".formatted(why.bound()));
      case TOO_SHORT -> weak("length", "should be at least %d characters.".formatted(why.bound()));
      case COMMON, BREACHED -> weak("pwned", error.message());
      case GUESSABLE -> weak("characters", error.message());
    };
  }

  private static GoTrueError weak(String reason, String message) {
    return new GoTrueError(422, "weak_password", "Password " + message, List.of(reason));
  }

  private static GoTrueError tooMany(String endpoint, @Nullable Duration retryAfter) {
    if (!MAILING.contains(endpoint)) {
      return new GoTrueError(429, "over_request_rate_limit", "Request rate limit reached");
    }
    long seconds = retryAfter == null ? 1 : Math.max(1, retryAfter.plusMillis(999).toSeconds());
    return new GoTrueError(
        429,
        "over_email_send_rate_limit",
        "For security purposes, you can only request this after %d seconds.".formatted(seconds));
  }
}
