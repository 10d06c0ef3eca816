package dev.warmgate.session;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Null;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The lifetime of sessions.
 *
 * @param predecessor how long the previous refresh token still gets the current pair, for a client
 *     that lost a response (deviates from OWASP ASVS 10.4.5 unless off)
 * @param idle a session ends if it is not refreshed for this long
 * @param absolute a session ends after this time, even if it is refreshed
 * @param grace the former name of {@code predecessor}; refused with a message that gives the new
 *     name
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RefreshConfiguration(
    Predecessor predecessor,
    @MinDuration(value = 1, unit = TimeUnit.MINUTES)
        @MaxDuration(value = 36_500, unit = TimeUnit.DAYS)
        Duration idle,
    @MinDuration(value = 1, unit = TimeUnit.MINUTES)
        @MaxDuration(value = 36_500, unit = TimeUnit.DAYS)
        Duration absolute,
    @Null(message = "was renamed to refresh.predecessor: always, off or a duration such as 30s")
        @Nullable Object grace) {

  public RefreshConfiguration(
      @Nullable Predecessor predecessor,
      @Nullable Duration idle,
      @Nullable Duration absolute,
      @Nullable Object grace) {
    this.predecessor = predecessor == null ? Predecessor.ALWAYS : predecessor;
    this.idle = idle == null ? Duration.days(14) : idle;
    this.absolute = absolute == null ? Duration.days(90) : absolute;
    this.grace = grace;
  }

  /** Returns the configuration that applies if nothing is set. */
  public static RefreshConfiguration defaults() {
    return new RefreshConfiguration(null, null, null, null);
  }
}
