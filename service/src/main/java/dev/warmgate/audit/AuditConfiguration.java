package dev.warmgate.audit;

import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long the trail is kept.
 *
 * @param retention an event older than this is purged
 */
public record AuditConfiguration(
    @MinDuration(value = 1, unit = TimeUnit.DAYS) @MaxDuration(value = 36_500, unit = TimeUnit.DAYS)
        Duration retention) {

  public AuditConfiguration(@Nullable Duration retention) {
    this.retention = retention == null ? Duration.days(365) : retention;
  }

  /** What holds where nothing is configured. */
  public static AuditConfiguration defaults() {
    return new AuditConfiguration(null);
  }
}
