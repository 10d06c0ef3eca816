package dev.warmgate.webhook;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.warmgate.network.Cidr;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How webhooks are called.
 *
 * @param allow networks that may be called although they are not public; in development only
 * @param timeout for one call, from the lookup of the name to the status of the answer
 * @param attempts how often a delivery is tried before it is given up
 * @param backoff how long after the first attempt the second comes; then four times as long each
 *     time, up to {@code maxBackoff}
 * @param retention how long deliveries that were made or given up can be looked at
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record WebhooksConfiguration(
    List<Cidr> allow,
    @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 1, unit = TimeUnit.MINUTES)
        Duration timeout,
    @Min(1) @Max(50) Integer attempts,
    @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS) Duration backoff,
    @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS) Duration maxBackoff,
    @MinDuration(value = 0, unit = TimeUnit.SECONDS) Duration retention) {

  public WebhooksConfiguration(
      @Nullable List<Cidr> allow,
      @Nullable Duration timeout,
      @Nullable Integer attempts,
      @Nullable Duration backoff,
      @Nullable Duration maxBackoff,
      @Nullable Duration retention) {
    this.allow = allow == null ? List.of() : List.copyOf(allow);
    this.timeout = timeout == null ? Duration.seconds(10) : timeout;
    this.attempts = attempts == null ? 10 : attempts;
    this.backoff = backoff == null ? Duration.seconds(5) : backoff;
    this.maxBackoff = maxBackoff == null ? Duration.hours(6) : maxBackoff;
    this.retention = retention == null ? Duration.days(7) : retention;
  }

  /** What holds where nothing is configured. */
  public static WebhooksConfiguration defaults() {
    return new WebhooksConfiguration(null, null, null, null, null, null);
  }
}
