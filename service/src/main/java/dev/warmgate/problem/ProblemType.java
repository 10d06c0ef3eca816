package dev.warmgate.problem;

import java.util.Locale;

/**
 * The error catalogue: every {@code code} a client can meet, with its status and title. A
 * dependency that is down is a 503, never a 4xx, which clients would take for the end of their
 * session.
 */
public enum ProblemType {
  MALFORMED_JSON(400, "The body is not valid JSON"),
  BAD_REQUEST(400, "The request is malformed"),
  INVALID_GRANT(400, "The refresh token is not good for another one"),
  INVALID_CLIENT(400, "There is no such client"),
  INVALID_SCOPE(400, "There are no scopes to ask for"),
  INVALID_TARGET(400, "No tokens are issued for this resource"),
  UNSUPPORTED_GRANT_TYPE(400, "Only refresh tokens can be traded here"),
  MISSING_TOKEN(401, "An access token is required"),
  INVALID_TOKEN(401, "The access token is not valid"),
  EXPIRED_TOKEN(401, "The access token has expired"),
  SESSION_ENDED(401, "The session has ended"),
  INSUFFICIENT_USER_AUTHENTICATION(401, "A fresh login is required"),
  INVALID_CREDENTIALS(401, "The e-mail address or the password is wrong"),
  INVALID_REFRESH_TOKEN(401, "The refresh token is not valid"),
  REFRESH_TOKEN_REUSED(401, "The refresh token was used before; its session has been ended"),
  FORBIDDEN(403, "The caller may not do this"),
  WRONG_PASSWORD(403, "The current password is wrong"),
  NOT_FOUND(404, "There is nothing at this address"),
  SESSION_NOT_FOUND(404, "There is no such session"),
  ACCOUNT_NOT_FOUND(404, "There is no such account"),
  WEBHOOK_NOT_FOUND(404, "There is no such webhook"),
  DELIVERY_NOT_FOUND(404, "There is no such delivery"),
  METHOD_NOT_ALLOWED(405, "The method is not allowed here"),
  NOT_ACCEPTABLE(406, "The answer cannot be given in an accepted form"),
  EMAIL_TAKEN(409, "An account with this e-mail address exists"),
  OWN_ACCOUNT(409, "Not with one's own account"),
  CONFLICT(409, "The account was changed at the same time"),
  TOO_MANY_WEBHOOKS(409, "There are as many webhooks as there may be"),
  BODY_TOO_LARGE(413, "The body is too large"),
  URI_TOO_LONG(414, "The address is too long"),
  UNSUPPORTED_MEDIA_TYPE(415, "The content type is not supported"),
  VALIDATION_FAILED(422, "The request is not valid"),
  WEAK_PASSWORD(422, "The password is too weak"),
  OUTBOUND_URL_REFUSED(422, "The URL is not one that Warmgate may call"),
  RATE_LIMITED(429, "Too many requests"),
  HEADERS_TOO_LARGE(431, "The request headers are too large"),
  INTERNAL_ERROR(500, "Something went wrong"),
  LOGIN_CAPACITY_EXCEEDED(503, "Too many logins at once"),
  REFRESH_BUSY(503, "The session is refreshed too often"),
  DATABASE_UNAVAILABLE(503, "The database cannot be reached"),
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

  /** The stable name a client branches on, for example {@code invalid_credentials}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The problem's identifier, RFC 9457 section 3.1.1. */
  public String uri() {
    return "urn:warmgate:problem:" + code();
  }

  /** The catalogue's entry for a status that the HTTP layer itself chose. */
  public static ProblemType ofStatus(int status) {
    return switch (status) {
      case 404 -> NOT_FOUND;
      case 405 -> METHOD_NOT_ALLOWED;
      case 406 -> NOT_ACCEPTABLE;
      case 413 -> BODY_TOO_LARGE;
      case 414 -> URI_TOO_LONG;
      case 415 -> UNSUPPORTED_MEDIA_TYPE;
      case 422 -> VALIDATION_FAILED;
      case 431 -> HEADERS_TOO_LARGE;
      case 503 -> NOT_READY;
      // The HTTP version, which is the client's choice.
      case 505 -> BAD_REQUEST;
      default -> status < 500 ? BAD_REQUEST : INTERNAL_ERROR;
    };
  }
}
