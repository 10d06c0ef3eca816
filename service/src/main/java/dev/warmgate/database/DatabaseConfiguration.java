package dev.warmgate.database;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How PostgreSQL is reached.
 *
 * @param url from {@code DATABASE_URL}
 * @param poolSize connections for requests; they are made once and kept
 * @param acquireTimeout how long a request waits for a connection before it is answered 503
 * @param connectTimeout how long one attempt to connect may take
 * @param socketTimeout how long an answer of PostgreSQL may take
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record DatabaseConfiguration(
    @NotNull DatabaseUrl url,
    @Min(1) @Max(200) Integer poolSize,
    @MinDuration(value = 250, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 1, unit = TimeUnit.SECONDS)
        Duration acquireTimeout,
    @MinDuration(value = 1, unit = TimeUnit.SECONDS) Duration connectTimeout,
    @MinDuration(value = 1, unit = TimeUnit.SECONDS) Duration socketTimeout) {

  public DatabaseConfiguration(
      DatabaseUrl url,
      @Nullable Integer poolSize,
      @Nullable Duration acquireTimeout,
      @Nullable Duration connectTimeout,
      @Nullable Duration socketTimeout) {
    this.url = url;
    this.poolSize = poolSize == null ? 10 : poolSize;
    this.acquireTimeout = acquireTimeout == null ? Duration.milliseconds(750) : acquireTimeout;
    this.connectTimeout = connectTimeout == null ? Duration.seconds(2) : connectTimeout;
    this.socketTimeout = socketTimeout == null ? Duration.seconds(5) : socketTimeout;
  }
}
