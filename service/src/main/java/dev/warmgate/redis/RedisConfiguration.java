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
 * @param url from {@code REDIS_URL}, {@code redis://}, {@code rediss://} or {@code
 *     redis-sentinel://}
 * @param commandTimeout time after which a command counts as failed
 * @param cluster whether the URL leads to a Redis Cluster, of which it may name several nodes
 * @param caFile the authorities that are trusted for TLS; {@code null} for those of the JDK
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RedisConfiguration(
    @NotNull RedisUrl url,
    @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 500, unit = TimeUnit.MILLISECONDS)
        Duration commandTimeout,
    Boolean cluster,
    @Nullable CaFile caFile) {

  public RedisConfiguration(
      RedisUrl url,
      @Nullable Duration commandTimeout,
      @Nullable Boolean cluster,
      @Nullable CaFile caFile) {
    this.url = url;
    this.cluster = cluster != null && cluster;
    this.caFile = caFile;
    this.commandTimeout = commandTimeout == null ? Duration.milliseconds(100) : commandTimeout;
  }

  /** The default settings for that URL. */
  public static RedisConfiguration defaults(RedisUrl url) {
    return new RedisConfiguration(url, null, null, null);
  }

  /** Whether the URL names as many servers, and of the kind, as {@link #cluster} wants. */
  public boolean namesItsKind() {
    // Another rule says that there is none.
    return url == null || (cluster ? !url.isOfSentinels() : url.uris().size() == 1);
  }
}
