package dev.warmgate.problem;

import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.trace.Span;
import java.util.Locale;

/**
 * The error catalogue: every {@code code} that a client can get, with its status and title. A
 * failing dependency is a 503, never a 4xx, because clients would take a 4xx for the end of their
 * session.
 */
public enum ProblemType {
  MALFORMED_JSON(400, "The body is not valid JSON"),
  BAD_REQUEST(400, "The request is malformed"),
  INVALID_GRANT(400, "The refresh token cannot be used"),
  INVALID_CLIENT(400, "The client is unknown"),
  INVALID_SCOPE(400, "Scopes are not supported"),
  INVALID_TARGET(400, "No tokens are issued for this resource"),
  UNSUPPORTED_GRANT_TYPE(400, "The grant type is not supported"),
  UNSUPPORTED_TOKEN_TYPE(400, "The client may not revoke a token of this type"),
  UNAUTHENTICATED_CLIENT(401, "The client is not authenticated"),
  MISSING_TOKEN(401, "An access token is required"),
  INVALID_TOKEN(401, "The access token is not valid"),
  EXPIRED_TOKEN(401, "The access token has expired"),
  SESSION_ENDED(401, "The session has ended"),
  INSUFFICIENT_USER_AUTHENTICATION(401, "Fresher or stronger authentication is required"),
  INVALID_CREDENTIALS(401, "The e-mail address or the password is wrong"),
  MFA_REQUIRED(401, "A second factor is required"),
  INVALID_MFA_TOKEN(401, "The mfa_token is wrong, was used or has run out"),
  INVALID_REFRESH_TOKEN(401, "The refresh token is not valid"),
  REFRESH_TOKEN_REUSED(401, "The refresh token was used before, so its session has ended"),
  FORBIDDEN(403, "The caller does not have permission"),
  WRONG_PASSWORD(403, "The current password is wrong"),
  EMAIL_NOT_CONFIRMED(403, "The e-mail address is not confirmed yet"),
  INVALID_PROOF(403, "The link or the code is wrong, was used or has run out"),
  INVALID_FACTOR(403, "The code is wrong or was used"),
  REGISTRATION_CLOSED(403, "Registration is closed"),
  EMAIL_LOGIN_OFF(403, "Signing in by mail is turned off"),
  INVALID_PASSKEY(403, "The passkey is not known here, or its challenge was used or has run out"),
  PASSKEYS_OFF(403, "Passkeys cannot be used here"),
  NOT_FOUND(404, "There is no such resource"),
  SESSION_NOT_FOUND(404, "There is no such session"),
  ACCOUNT_NOT_FOUND(404, "There is no such account"),
  FACTOR_NOT_FOUND(404, "There is no such factor"),
  WEBHOOK_NOT_FOUND(404, "There is no such webhook"),
  DELIVERY_NOT_FOUND(404, "There is no such delivery"),
  METHOD_NOT_ALLOWED(405, "The method is not allowed here"),
  NOT_ACCEPTABLE(406, "No acceptable media type is available"),
  REQUEST_TIMEOUT(408, "The request did not arrive in time"),
  PASSKEY_KNOWN(409, "The passkey is registered already"),
  EMAIL_TAKEN(409, "An account with this e-mail address already exists"),
  MAIL_OFF(409, "This deployment sends no mail"),
  OWN_ACCOUNT(409, "This is not possible with your own account"),
  LAST_ADMIN(409, "The last admin has to stay"),
  CONFLICT(409, "The account was changed at the same time"),
  NO_FACTOR(409, "The account has no second factor"),
  TOO_MANY_FACTORS(409, "The account has the maximum number of factors already"),
  TOO_MANY_WEBHOOKS(409, "The maximum number of webhooks exists already"),
  WEBHOOK_ENDED(409, "The webhook has ended; set its URL to open it again"),
  SECRET_ROTATED(409, "The secret was rotated within the last 24 hours"),
  BODY_TOO_LARGE(413, "The body is too large"),
  URI_TOO_LONG(414, "The URI is too long"),
  UNSUPPORTED_MEDIA_TYPE(415, "The content type is not supported"),
  MISDIRECTED_REQUEST(421, "This host is not served here"),
  VALIDATION_FAILED(422, "The request is not valid"),
  WEAK_PASSWORD(422, "The password is too weak"),
  OUTBOUND_URL_REFUSED(422, "Warmgate may not call this URL"),
  RATE_LIMITED(429, "Too many requests"),
  TOO_MANY_UNFINISHED(429, "Too many unfinished requests from this address"),
  HEADERS_TOO_LARGE(431, "The request headers are too large"),
  INTERNAL_ERROR(500, "Something went wrong"),
  NOT_IMPLEMENTED(501, "The service does not implement what the request needs"),
  LOGIN_CAPACITY_EXCEEDED(503, "Too many logins at once"),
  REFRESH_BUSY(503, "The session is being refreshed too often"),
  DATABASE_UNAVAILABLE(503, "The database cannot be used"),
  OVERLOADED(503, "Too many unfinished requests at once"),
  NOT_READY(503, "The service is still starting");

  private final int status;
  private final String title;

  ProblemType(int status, String title) {
    this.status = status;
    this.title = title;
  }

  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  /** Returns the stable name that clients can rely on, for example {@code invalid_credentials}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns whether the service turned a request away to protect itself: admission and limits. */
  public boolean isRefusal() {
    return switch (this) {
      case RATE_LIMITED, TOO_MANY_UNFINISHED, LOGIN_CAPACITY_EXCEEDED, REFRESH_BUSY, OVERLOADED ->
          true;
      default -> false;
    };
  }

  /**
   * Marks the current trace if this is a refusal or a failure of the service, since the collector
   * samples both by what the service says: a client can have any request end with a 5xx of HTTP
   * itself, such as 501.
   */
  public void markTrace() {
    switch (this) {
      case INTERNAL_ERROR, DATABASE_UNAVAILABLE, NOT_READY ->
          Span.current().setAttribute(Telemetry.FAILURE, code());
      default -> {
        if (isRefusal()) {
          Span.current().setAttribute(Telemetry.REFUSAL, code());
        }
      }
    }
  }

  /** Returns the catalogue's entry with this code. */
  public static ProblemType ofCode(String code) {
    return valueOf(code.toUpperCase(Locale.ROOT));
  }

  /** Returns the problem's type URI (RFC 9457 section 3.1.1). */
  public String uri() {
    return "urn:warmgate:problem:" + code();
  }

  /** Returns the catalogue's entry for a status that the HTTP layer chose. */
  public static ProblemType ofStatus(int status) {
    return switch (status) {
      case 403 -> FORBIDDEN;
      case 404 -> NOT_FOUND;
      case 405 -> METHOD_NOT_ALLOWED;
      case 406 -> NOT_ACCEPTABLE;
      case 408 -> REQUEST_TIMEOUT;
      case 413 -> BODY_TOO_LARGE;
      case 414 -> URI_TOO_LONG;
      case 415 -> UNSUPPORTED_MEDIA_TYPE;
      case 421 -> MISDIRECTED_REQUEST;
      case 422 -> VALIDATION_FAILED;
      case 431 -> HEADERS_TOO_LARGE;
      case 501 -> NOT_IMPLEMENTED;
      case 503 -> NOT_READY;
      // The client asked for an unsupported HTTP version.
      case 505 -> BAD_REQUEST;
      default -> status < 500 ? BAD_REQUEST : INTERNAL_ERROR;
    };
  }
}
