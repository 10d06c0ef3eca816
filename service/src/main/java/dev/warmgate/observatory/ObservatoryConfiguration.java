package dev.warmgate.observatory;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the observatory.
 *
 * @param traceUrl where to look at a trace, with {@code {trace_id}} in it, such as {@code
 *     http://localhost:9411/zipkin/traces/{trace_id}}; empty if nowhere
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ObservatoryConfiguration(
    @Pattern(
            regexp = "|https?://\\S*\\{trace_id\\}\\S*",
            message = "must be an http(s) URL that contains {trace_id}")
        String traceUrl) {
  public ObservatoryConfiguration(@Nullable String traceUrl) {
    this.traceUrl = traceUrl == null ? "" : traceUrl;
  }

  public static ObservatoryConfiguration defaults() {
    return new ObservatoryConfiguration(null);
  }
}
