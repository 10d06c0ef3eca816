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
 * The delivery of webhooks.
 *
 * @param allow networks that may be called although they are not public; for development
 * @param timeout limit for one call, from the name lookup to the end of the response
 * @param attempts maximum number of attempts of a delivery
 * @param backoff delay between the first and the second attempt; it quadruples with each further
 *     attempt, up to {@code maxBackoff}
 * @param interval time between two looks for new events and for deliveries that are due
 * @param retention how long delivered and dead deliveries are kept at least; they are dropped by
 *     the day
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record WebhooksConfiguration(
    List<Cidr> allow,
    @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 1, unit = TimeUnit.MINUTES)
        Duration timeout,
    @Min(1) @Max(50) Integer attempts,
    @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 365, unit = TimeUnit.DAYS)
        Duration backoff,
    @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 365, unit = TimeUnit.DAYS)
        Duration maxBackoff,
    @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 1, unit = TimeUnit.MINUTES)
        Duration interval,
    @MinDuration(value = 0, unit = TimeUnit.SECONDS)
        @MaxDuration(value = 36_500, unit = TimeUnit.DAYS)
        Duration retention) {

  public WebhooksConfiguration(
      @Nullable List<Cidr> allow,
      @Nullable Duration timeout,
      @Nullable Integer attempts,
      @Nullable Duration backoff,
      @Nullable Duration maxBackoff,
      @Nullable Duration interval,
      @Nullable Duration retention) {
    this.allow = allow == null ? List.of() : List.copyOf(allow);
    this.timeout = timeout == null ? Duration.seconds(10) : timeout;
    this.attempts = attempts == null ? 10 : attempts;
    this.backoff = backoff == null ? Duration.seconds(5) : backoff;
    this.maxBackoff = maxBackoff == null ? Duration.hours(6) : maxBackoff;
    this.interval = interval == null ? Duration.seconds(1) : interval;
    this.retention = retention == null ? Duration.days(7) : retention;
  }

  /** Returns the configuration that applies if nothing is set. */
  public static WebhooksConfiguration defaults() {
    return new WebhooksConfiguration(null, null, null, null, null, null, null);
  }
}
