package dev.warmgate.redis;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.NotNull;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connection to Redis.
 *
 * @param url from {@code REDIS_URL}, {@code redis://} or {@code rediss://}
 * @param commandTimeout time after which a command counts as failed
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RedisConfiguration(
    @NotNull RedisUrl url,
    @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 500, unit = TimeUnit.MILLISECONDS)
        Duration commandTimeout) {

  public RedisConfiguration(RedisUrl url, @Nullable Duration commandTimeout) {
    this.url = url;
    this.commandTimeout = commandTimeout == null ? Duration.milliseconds(100) : commandTimeout;
  }
}
