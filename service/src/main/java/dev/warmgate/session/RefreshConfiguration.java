package dev.warmgate.session;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long sessions live.
 *
 * @param grace how long the token before the current one is still answered with the current pair,
 *     for the client that lost an answer; 0 turns it off (a deviation from OWASP ASVS 10.4.5)
 * @param idle a session that is not refreshed for so long ends
 * @param absolute a session ends after so long, however busy
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RefreshConfiguration(
    @MinDuration(value = 0, unit = TimeUnit.SECONDS)
        @MaxDuration(value = 1, unit = TimeUnit.MINUTES)
        Duration grace,
    @MinDuration(value = 1, unit = TimeUnit.MINUTES) Duration idle,
    @MinDuration(value = 1, unit = TimeUnit.MINUTES) Duration absolute) {

  public RefreshConfiguration(
      @Nullable Duration grace, @Nullable Duration idle, @Nullable Duration absolute) {
    this.grace = grace == null ? Duration.seconds(30) : grace;
    this.idle = idle == null ? Duration.days(14) : idle;
    this.absolute = absolute == null ? Duration.days(90) : absolute;
  }
}
