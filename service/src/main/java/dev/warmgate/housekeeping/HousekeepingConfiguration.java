package dev.warmgate.housekeeping;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How often to clean up, and what to keep.
 *
 * @param interval time between two runs, at most an hour: partitions are made three days ahead
 * @param endedSessions how long a session is kept after it has ended or expired
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record HousekeepingConfiguration(
    @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 1, unit = TimeUnit.HOURS)
        Duration interval,
    @MinDuration(value = 1, unit = TimeUnit.HOURS)
        @MaxDuration(value = 36_500, unit = TimeUnit.DAYS)
        Duration endedSessions) {

  public HousekeepingConfiguration(@Nullable Duration interval, @Nullable Duration endedSessions) {
    this.interval = interval == null ? Duration.minutes(1) : interval;
    this.endedSessions = endedSessions == null ? Duration.days(30) : endedSessions;
  }

  public static HousekeepingConfiguration defaults() {
    return new HousekeepingConfiguration(null, null);
  }
}
