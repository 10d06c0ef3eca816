package dev.warmgate.connector;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What clients may do to a connection.
 *
 * @param patience how long a client may take to send a request after its first byte, and to read
 *     its answer
 * @param unfinished most requests whose bodies have not arrived, or whose answers have not been
 *     read, completely
 * @param unfinishedPerProxy most of them that come through one trusted proxy
 * @param unfinishedPerAddress most of them of one client address
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ClientsConfiguration(
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
        @MaxDuration(value = 1, unit = TimeUnit.MINUTES)
        Duration patience,
    @Min(1) @Max(100_000) Integer unfinished,
    @Min(1) Integer unfinishedPerProxy,
    @Min(1) Integer unfinishedPerAddress) {

  /** The longest body that a request may have. */
  public static final int MAX_BODY_BYTES = 64 * 1024;

  /** The most memory that these bodies and answers take together. */
  public static final int MAX_BYTES_HELD = 16 * 1024 * 1024;

  /** The most of it for one trusted proxy. */
  public static final int MAX_BYTES_PER_PROXY = MAX_BYTES_HELD / 2;

  /** The most of it for one client address: the same share as of the requests. */
  public static final int MAX_BYTES_PER_ADDRESS = MAX_BYTES_HELD / 32;

  public ClientsConfiguration(
      @Nullable Duration patience,
      @Nullable Integer unfinished,
      @Nullable Integer unfinishedPerProxy,
      @Nullable Integer unfinishedPerAddress) {
    this.patience = patience == null ? Duration.seconds(10) : patience;
    this.unfinished = unfinished == null ? 1024 : unfinished;
    this.unfinishedPerProxy = unfinishedPerProxy == null ? 512 : unfinishedPerProxy;
    this.unfinishedPerAddress = unfinishedPerAddress == null ? 32 : unfinishedPerAddress;
  }

  /** Returns the configuration that applies if nothing is set. */
  public static ClientsConfiguration defaults() {
    return new ClientsConfiguration(null, null, null, null);
  }

  @JsonIgnore
  @ValidationMethod(
      message =
          "clients.unfinished must be at least clients.unfinished_per_proxy, and that at least"
              + " clients.unfinished_per_address")
  public boolean isNobodyAllowedMoreThanAll() {
    return unfinished >= unfinishedPerProxy && unfinishedPerProxy >= unfinishedPerAddress;
  }
}
