package dev.warmgate.problem;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A refusal that a client is told about; it carries no stack trace, since it is an answer and not a
 * fault.
 */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ProblemType type;
  private final transient List<Problem.FieldError> errors;
  private final transient @Nullable Duration retryAfter;
  private final transient Map<String, String> headers;

  public ApiException(ProblemType type) {
    this(type, null, List.of(), null, Map.of());
  }

  public ApiException(ProblemType type, String detail) {
    this(type, detail, List.of(), null, Map.of());
  }

  private ApiException(
      ProblemType type,
      @Nullable String detail,
      List<Problem.FieldError> errors,
      @Nullable Duration retryAfter,
      Map<String, String> headers) {
    super(detail, null, false, false);
    this.type = type;
    this.errors = errors;
    this.retryAfter = retryAfter;
    this.headers = headers;
  }

  /** A refusal of one field, by its name in the JSON of the request. */
  public static ApiException field(ProblemType type, String field, String message) {
    List<Problem.FieldError> errors = List.of(new Problem.FieldError(field, message));
    return new ApiException(type, null, errors, null, Map.of());
  }

  /** A refusal that is worth trying again after the given time, at least a second. */
  public static ApiException retryAfter(ProblemType type, Duration retryAfter) {
    return retryAfter(type, retryAfter, Map.of());
  }

  /** The same, with more that the client is told in headers. */
  public static ApiException retryAfter(
      ProblemType type, Duration retryAfter, Map<String, String> headers) {
    return new ApiException(type, null, List.of(), retryAfter, headers);
  }

  /** A 401 whose challenge says more than that a token is needed (RFC 9110 section 11.6.1). */
  public static ApiException challenge(ProblemType type, String challenge) {
    return new ApiException(type, null, List.of(), null, Map.of("WWW-Authenticate", challenge));
  }

  public ProblemType type() {
    return type;
  }

  public List<Problem.FieldError> errors() {
    return errors;
  }

  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  Map<String, String> headers() {
    return headers;
  }
}
