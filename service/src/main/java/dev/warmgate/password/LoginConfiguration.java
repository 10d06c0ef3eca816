package dev.warmgate.password;

import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many logins are accepted at once.
 *
 * @param queue how long hashing work may wait; what would wait longer is refused at once
 */
public record LoginConfiguration(
    @MinDuration(value = 0, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 1, unit = TimeUnit.SECONDS)
        Duration queue) {

  public LoginConfiguration(@Nullable Duration queue) {
    this.queue = queue == null ? Duration.milliseconds(250) : queue;
  }

  /** Returns the configuration that applies if nothing is set. */
  public static LoginConfiguration defaults() {
    return new LoginConfiguration(null);
  }
}
