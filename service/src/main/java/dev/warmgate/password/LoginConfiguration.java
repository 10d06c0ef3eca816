package dev.warmgate.password;

import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How many logins are accepted at once.
 *
 * @param queue the hashing work that may wait, as time; what would wait longer is refused at once
 */
public record LoginConfiguration(
    @MinDuration(value = 0, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 1, unit = TimeUnit.SECONDS)
        Duration queue) {

  public LoginConfiguration(@Nullable Duration queue) {
    this.queue = queue == null ? Duration.milliseconds(250) : queue;
  }

  /** What holds where nothing is configured. */
  public static LoginConfiguration defaults() {
    return new LoginConfiguration(null);
  }
}
