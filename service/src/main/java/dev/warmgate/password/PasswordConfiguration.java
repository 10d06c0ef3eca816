package dev.warmgate.password;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What may become a password.
 *
 * @param minLength in characters
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record PasswordConfiguration(
    @Min(8) @Max(64) Integer minLength, @Valid BreachCheckSettings breachCheck) {

  public PasswordConfiguration(
      @Nullable Integer minLength, @Nullable BreachCheckSettings breachCheck) {
    this.minLength = minLength == null ? 8 : minLength;
    this.breachCheck = breachCheck == null ? new BreachCheckSettings(null, null) : breachCheck;
  }

  /**
   * Who is asked for passwords that were in a breach.
   *
   * @param url what {@code /range/} and five digits are appended to; nobody is asked without
   * @param timeout for all of an answer; without one in time the local list decides
   */
  public record BreachCheckSettings(
      @Nullable String url,
      @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
          @MaxDuration(value = 5, unit = TimeUnit.SECONDS)
          Duration timeout) {

    public BreachCheckSettings(@Nullable String url, @Nullable Duration timeout) {
      this.url = url == null ? null : url.replaceAll("/+$", "");
      this.timeout = timeout == null ? Duration.seconds(1) : timeout;
    }
  }

  /** What holds where nothing is configured. */
  public static PasswordConfiguration defaults() {
    return new PasswordConfiguration(null, null);
  }
}
