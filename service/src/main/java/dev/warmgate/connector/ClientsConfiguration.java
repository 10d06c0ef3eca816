package dev.warmgate.connector;

import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What clients may do to a connection.
 *
 * @param patience how long a client may take for a request after its first byte
 */
public record ClientsConfiguration(
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
        @MaxDuration(value = 1, unit = TimeUnit.MINUTES)
        Duration patience) {

  public ClientsConfiguration(@Nullable Duration patience) {
    this.patience = patience == null ? Duration.seconds(10) : patience;
  }

  /** Returns the configuration that applies if nothing is set. */
  public static ClientsConfiguration defaults() {
    return new ClientsConfiguration(null);
  }
}
