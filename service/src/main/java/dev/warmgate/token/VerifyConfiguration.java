package dev.warmgate.token;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The cache of verified tokens.
 *
 * @param ttl time after which PostgreSQL is queried again, even without a revocation
 * @param maxStale how long cached tokens are accepted while PostgreSQL cannot be queried for
 *     revocations
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record VerifyConfiguration(
    @MinDuration(value = 1, unit = TimeUnit.SECONDS) @MaxDuration(value = 1, unit = TimeUnit.HOURS)
        Duration ttl,
    @MinDuration(value = 2, unit = TimeUnit.SECONDS)
        @MaxDuration(value = 5, unit = TimeUnit.MINUTES)
        Duration maxStale) {

  public VerifyConfiguration(@Nullable Duration ttl, @Nullable Duration maxStale) {
    this.ttl = ttl == null ? Duration.minutes(5) : ttl;
    this.maxStale = maxStale == null ? Duration.seconds(15) : maxStale;
  }

  /** Returns the configuration that applies if nothing is set. */
  public static VerifyConfiguration defaults() {
    return new VerifyConfiguration(null, null);
  }
}
