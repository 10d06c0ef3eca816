package dev.warmgate.signingkey;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The rotation of signing keys.
 *
 * @param rotateAfter how long a key signs; 0 leaves rotation to {@code keys rotate}
 * @param publishAhead how long a new key is published before it signs
 * @param reload how often each replica reloads the keys and checks whether one is due
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record KeysConfiguration(
    @MinDuration(value = 0, unit = TimeUnit.SECONDS)
        @MaxDuration(value = 36_500, unit = TimeUnit.DAYS)
        Duration rotateAfter,
    @MinDuration(value = 6, unit = TimeUnit.SECONDS) @MaxDuration(value = 365, unit = TimeUnit.DAYS)
        Duration publishAhead,
    @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 1, unit = TimeUnit.DAYS)
        Duration reload) {
  /** How long clients may cache the published keys. */
  static final java.time.Duration MAX_AGE = java.time.Duration.ofMinutes(10);

  public KeysConfiguration(
      @Nullable Duration rotateAfter, @Nullable Duration publishAhead, @Nullable Duration reload) {
    this.rotateAfter = rotateAfter == null ? Duration.days(30) : rotateAfter;
    this.publishAhead = publishAhead == null ? Duration.minutes(15) : publishAhead;
    this.reload = reload == null ? Duration.seconds(30) : reload;
  }

  /**
   * Returns whether every cache contains a key when it starts to sign. A replica publishes a new
   * key after at most one reload, and a client that fetched the keys just before fetches them again
   * after {@link #MAX_AGE}. The second reload allows for a failed one.
   */
  @JsonIgnore
  public boolean outlivesCaches() {
    return publishAhead
            .toJavaDuration()
            .compareTo(MAX_AGE.plus(reload.toJavaDuration().multipliedBy(2)))
        >= 0;
  }

  @ValidationMethod(message = "keys.rotate_after must be 0 or at least twice keys.publish_ahead")
  @JsonIgnore
  public boolean isLongEnoughToRotate() {
    return !isAutomatic() || rotateAfter.toMilliseconds() >= 2 * publishAhead.toMilliseconds();
  }

  boolean isAutomatic() {
    return rotateAfter.getQuantity() > 0;
  }

  /** Returns the configuration that applies if nothing is set. */
  public static KeysConfiguration defaults() {
    return new KeysConfiguration(null, null, null);
  }
}
