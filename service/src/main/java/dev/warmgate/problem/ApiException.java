package dev.warmgate.problem;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Thrown to answer a request with a problem. It has no stack trace, since it reports an error of
 * the client or a known condition, not a fault of the service.
 */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ProblemType type;
  private final @Nullable String detail;
  private final transient List<Problem.FieldError> errors;
  private final transient @Nullable Duration retryAfter;
  private final transient Map<String, String> headers;
  private final transient @Nullable SecondStep secondStep;

  public ApiException(ProblemType type) {
    this(type, null, List.of(), null, Map.of());
  }

  public ApiException(ProblemType type, String detail) {
    this(type, detail, List.of(), null, Map.of());
  }

  /** Asks for the second step of a login. */
  public ApiException(SecondStep step) {
    this(ProblemType.MFA_REQUIRED, null, List.of(), null, Map.of(), step);
  }

  private ApiException(
      ProblemType type,
      @Nullable String detail,
      List<Problem.FieldError> errors,
      @Nullable Duration retryAfter,
      Map<String, String> headers) {
    this(type, detail, errors, retryAfter, headers, null);
  }

  private ApiException(
      ProblemType type,
      @Nullable String detail,
      List<Problem.FieldError> errors,
      @Nullable Duration retryAfter,
      Map<String, String> headers,
      @Nullable SecondStep secondStep) {
    super(detail == null ? type.code() : type.code() + ": " + detail, null, false, false);
    this.type = type;
    this.detail = detail;
    this.errors = errors;
    this.retryAfter = retryAfter;
    this.headers = headers;
    this.secondStep = secondStep;
  }

  /** Creates a problem about one field, by its name in the JSON of the request. */
  public static ApiException field(ProblemType type, String field, String message) {
    List<Problem.FieldError> errors = List.of(new Problem.FieldError(field, message));
    return new ApiException(type, null, errors, null, Map.of());
  }

  /** Creates a problem with {@code Retry-After}, rounded up to whole seconds and at least one. */
  public static ApiException retryAfter(ProblemType type, Duration retryAfter) {
    return retryAfter(type, retryAfter, Map.of());
  }

  /** Creates a problem with a detail and {@code Retry-After}. */
  public static ApiException retryAfter(ProblemType type, String detail, Duration retryAfter) {
    return new ApiException(type, detail, List.of(), retryAfter, Map.of());
  }

  /** Creates a problem with {@code Retry-After} and additional headers. */
  public static ApiException retryAfter(
      ProblemType type, Duration retryAfter, Map<String, String> headers) {
    return new ApiException(type, null, List.of(), retryAfter, headers);
  }

  /**
   * Creates a 401 with a specific challenge in {@code WWW-Authenticate} (RFC 9110 section 11.6.1).
   */
  public static ApiException challenge(ProblemType type, String challenge) {
    return new ApiException(type, null, List.of(), null, Map.of("WWW-Authenticate", challenge));
  }

  /** Creates a problem with a detail and additional headers. */
  public static ApiException withHeaders(
      ProblemType type, String detail, Map<String, String> headers) {
    return new ApiException(type, detail, List.of(), null, headers);
  }

  public ProblemType type() {
    return type;
  }

  public @Nullable String detail() {
    return detail;
  }

  public List<Problem.FieldError> errors() {
    return errors;
  }

  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** Returns what the second step of a login needs, if the problem asks for it. */
  public @Nullable SecondStep secondStep() {
    return secondStep;
  }

  Map<String, String> headers() {
    return headers;
  }
}
