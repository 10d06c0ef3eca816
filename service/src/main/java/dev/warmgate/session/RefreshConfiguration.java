package dev.warmgate.session;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Null;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long sessions live.
 *
 * @param predecessor how long the token before the current one is still answered with the current
 *     pair, for the client that lost an answer (a deviation from OWASP ASVS 10.4.5 unless off)
 * @param idle a session that is not refreshed for so long ends
 * @param absolute a session ends after so long, however busy
 * @param grace what {@code predecessor} was called; only there to be refused with its new name
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RefreshConfiguration(
    Predecessor predecessor,
    @MinDuration(value = 1, unit = TimeUnit.MINUTES) Duration idle,
    @MinDuration(value = 1, unit = TimeUnit.MINUTES) Duration absolute,
    @Null(message = "is called refresh.predecessor now: always, off or a time such as 30s")
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

  /** What holds where nothing is configured. */
  public static RefreshConfiguration defaults() {
    return new RefreshConfiguration(null, null, null, null);
  }
}
