package dev.warmgate.session;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/**
 * The limit on sessions.
 *
 * @param perAccount maximum active sessions of one account; excess ones end within a minute, least
 *     recently used first
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record SessionsConfiguration(@Min(1) @Max(10_000) Integer perAccount) {

  public SessionsConfiguration(@Nullable Integer perAccount) {
    this.perAccount = perAccount == null ? 100 : perAccount;
  }

  /** Returns the configuration that applies if nothing is set. */
  public static SessionsConfiguration defaults() {
    return new SessionsConfiguration(null);
  }
}
