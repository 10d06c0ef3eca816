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
 * @param answerTimeout how long one statement of a request may take before it is answered 503
 * @param maxWaiting requests that may wait for a connection at once; more are answered 503 at once,
 *     so that endpoints that need no database always find a thread
 * @param connectTimeout how long one attempt to connect may take
 * @param socketTimeout how long an answer may take that no request waits for
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record DatabaseConfiguration(
    @NotNull DatabaseUrl url,
    @Min(1) @Max(200) Integer poolSize,
    @MinDuration(value = 250, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 1, unit = TimeUnit.SECONDS)
        Duration acquireTimeout,
    @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 5, unit = TimeUnit.SECONDS)
        Duration answerTimeout,
    @Min(1) @Max(1000) Integer maxWaiting,
    @MinDuration(value = 1, unit = TimeUnit.SECONDS) Duration connectTimeout,
    @MinDuration(value = 1, unit = TimeUnit.SECONDS) Duration socketTimeout) {

  public DatabaseConfiguration(
      DatabaseUrl url,
      @Nullable Integer poolSize,
      @Nullable Duration acquireTimeout,
      @Nullable Duration answerTimeout,
      @Nullable Integer maxWaiting,
      @Nullable Duration connectTimeout,
      @Nullable Duration socketTimeout) {
    this.url = url;
    this.poolSize = poolSize == null ? 10 : poolSize;
    this.acquireTimeout = acquireTimeout == null ? Duration.milliseconds(750) : acquireTimeout;
    this.answerTimeout = answerTimeout == null ? Duration.milliseconds(750) : answerTimeout;
    this.maxWaiting = maxWaiting == null ? 100 : maxWaiting;
    this.connectTimeout = connectTimeout == null ? Duration.seconds(2) : connectTimeout;
    this.socketTimeout = socketTimeout == null ? Duration.seconds(5) : socketTimeout;
  }
}
