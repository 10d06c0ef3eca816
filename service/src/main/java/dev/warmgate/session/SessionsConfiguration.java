package dev.warmgate.session;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/**
 * How many sessions there may be.
 *
 * @param perAccount living sessions of one account; those beyond end within a minute, the longest
 *     unused ones first
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record SessionsConfiguration(@Min(1) @Max(10_000) Integer perAccount) {

  public SessionsConfiguration(@Nullable Integer perAccount) {
    this.perAccount = perAccount == null ? 100 : perAccount;
  }

  /** What holds where nothing is configured. */
  public static SessionsConfiguration defaults() {
    return new SessionsConfiguration(null);
  }
}
