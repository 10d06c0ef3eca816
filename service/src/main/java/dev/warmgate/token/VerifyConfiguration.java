package dev.warmgate.token;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a verified token is remembered.
 *
 * @param ttl after which PostgreSQL is asked again, although nobody revoked the token
 * @param maxStale how long remembered tokens are accepted while PostgreSQL cannot be asked what was
 *     revoked
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

  /** What holds where nothing is configured. */
  public static VerifyConfiguration defaults() {
    return new VerifyConfiguration(null, null);
  }
}
