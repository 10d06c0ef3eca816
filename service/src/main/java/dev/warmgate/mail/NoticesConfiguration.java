package dev.warmgate.mail;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/** The changes of which owners are told by mail: each one, unless it is switched off. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record NoticesConfiguration(
    Boolean passwordChanged,
    Boolean addressChanged,
    Boolean newDevice,
    Boolean sessionsEnded,
    Boolean accountDeleted,
    Boolean factors) {

  public NoticesConfiguration(
      @Nullable Boolean passwordChanged,
      @Nullable Boolean addressChanged,
      @Nullable Boolean newDevice,
      @Nullable Boolean sessionsEnded,
      @Nullable Boolean accountDeleted,
      @Nullable Boolean factors) {
    this.passwordChanged = passwordChanged == null || passwordChanged;
    this.addressChanged = addressChanged == null || addressChanged;
    this.newDevice = newDevice == null || newDevice;
    this.sessionsEnded = sessionsEnded == null || sessionsEnded;
    this.accountDeleted = accountDeleted == null || accountDeleted;
    this.factors = factors == null || factors;
  }

  public static NoticesConfiguration defaults() {
    return new NoticesConfiguration(null, null, null, null, null, null);
  }
}
