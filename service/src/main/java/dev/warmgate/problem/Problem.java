package dev.warmgate.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of every error response (RFC 9457). It reveals no internals of the service.
 *
 * @param mfaToken only of {@code mfa_required}, as the next two: what the second step needs
 * @param expiresIn the seconds for which it is good
 * @param factors the kinds that the account has
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(
    String type,
    String title,
    int status,
    @Nullable String detail,
    @Nullable String instance,
    String code,
    @JsonProperty("trace_id") @Nullable String traceId,
    List<FieldError> errors,
    @JsonProperty("mfa_token") @Nullable String mfaToken,
    @JsonProperty("expires_in") @Nullable Long expiresIn,
    @Nullable List<String> factors) {

  /** The media type of RFC 9457. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /** An invalid field, by its name in the JSON of the request. */
  public record FieldError(String field, String message) {}

  public static Problem of(
      ProblemType type,
      @Nullable String detail,
      @Nullable String instance,
      List<FieldError> errors) {
    return new Problem(
        type.uri(),
        type.title(),
        type.status(),
        detail,
        instance,
        type.code(),
        currentTraceId(),
        errors,
        null,
        null,
        null);
  }

  /** Returns the same with what the second step of a login needs. */
  Problem asking(SecondStep step) {
    return new Problem(
        type,
        title,
        status,
        detail,
        instance,
        code,
        traceId,
        errors,
        step.mfaToken(),
        step.expiresIn(),
        step.factors());
  }

  @Override
  public String toString() {
    return "Problem[" + code + "]";
  }

  private static @Nullable String currentTraceId() {
    SpanContext context = Span.current().getSpanContext();
    return context.isValid() ? context.getTraceId() : null;
  }
}
