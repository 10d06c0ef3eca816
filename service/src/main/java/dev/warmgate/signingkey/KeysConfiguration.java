package dev.warmgate.signingkey;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When signing keys are replaced.
 *
 * @param rotateAfter a key signs for so long; 0 leaves it to {@code keys rotate}
 * @param publishAhead a new key is published for so long before it signs
 * @param reload how often every replica reads the keys, and looks whether one is due
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record KeysConfiguration(
    @MinDuration(value = 0, unit = TimeUnit.SECONDS) Duration rotateAfter,
    @MinDuration(value = 6, unit = TimeUnit.SECONDS) Duration publishAhead,
    @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS) Duration reload) {
  /** Others may hold the published keys for so long. */
  static final java.time.Duration MAX_AGE = java.time.Duration.ofMinutes(10);

  public KeysConfiguration(
      @Nullable Duration rotateAfter, @Nullable Duration publishAhead, @Nullable Duration reload) {
    this.rotateAfter = rotateAfter == null ? Duration.days(30) : rotateAfter;
    this.publishAhead = publishAhead == null ? Duration.minutes(15) : publishAhead;
    this.reload = reload == null ? Duration.seconds(30) : reload;
  }

  /**
   * Whether everybody knows a key when it begins to sign: a replica publishes it one reading after
   * it was made, and who fetched the keys just before that fetches them again when they are too
   * old. The second reading is for one that failed.
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

  /** What holds where nothing is configured. */
  public static KeysConfiguration defaults() {
    return new KeysConfiguration(null, null, null);
  }
}
