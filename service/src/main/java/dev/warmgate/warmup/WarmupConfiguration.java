package dev.warmgate.warmup;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The limits of the warm-up.
 *
 * @param budget time after which the service stops sending itself requests and becomes ready
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record WarmupConfiguration(
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
        @MaxDuration(value = 5, unit = TimeUnit.MINUTES)
        Duration budget) {

  public WarmupConfiguration(@Nullable Duration budget) {
    this.budget = budget == null ? Duration.seconds(10) : budget;
  }

  /** Returns the configuration that applies if nothing is set. */
  public static WarmupConfiguration defaults() {
    return new WarmupConfiguration(null);
  }
}
