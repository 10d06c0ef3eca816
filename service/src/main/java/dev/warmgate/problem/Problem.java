package dev.warmgate.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one error body of Warmgate, RFC 9457; it never carries what the server knows and the client
 * must not.
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
    List<FieldError> errors) {

  /** The media type of RFC 9457. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /** One field that is wrong, by the name it has in the JSON of the request. */
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
        errors);
  }

  private static @Nullable String currentTraceId() {
    SpanContext context = Span.current().getSpanContext();
    return context.isValid() ? context.getTraceId() : null;
  }
}
