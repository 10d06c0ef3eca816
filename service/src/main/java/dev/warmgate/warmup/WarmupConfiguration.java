package dev.warmgate.warmup;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How warm is warm enough.
 *
 * @param budget after so long the service stops warming itself and is ready as it is
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record WarmupConfiguration(
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
        @MaxDuration(value = 5, unit = TimeUnit.MINUTES)
        Duration budget) {

  public WarmupConfiguration(@Nullable Duration budget) {
    this.budget = budget == null ? Duration.seconds(10) : budget;
  }

  /** What holds where nothing is configured. */
  public static WarmupConfiguration defaults() {
    return new WarmupConfiguration(null);
  }
}
