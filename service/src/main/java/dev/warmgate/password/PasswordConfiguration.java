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
 * The rules for new passwords.
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
   * The service that knows breached passwords.
   *
   * @param url base URL, to which {@code /range/} and five digits are appended; without it there is
   *     no check
   * @param timeout limit for a whole response; without one in time only the local list applies
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

  /** Returns the configuration that applies if nothing is set. */
  public static PasswordConfiguration defaults() {
    return new PasswordConfiguration(null, null);
  }
}
