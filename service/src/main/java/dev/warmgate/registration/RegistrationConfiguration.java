package dev.warmgate.registration;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/**
 * Who may register, and whether they have to prove their address first.
 *
 * @param mode open to everybody, by invitation only, or off
 * @param confirm whether an account exists only once its address is confirmed
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RegistrationConfiguration(Mode mode, Confirm confirm) {
  /** Who may register. */
  public enum Mode {
    OPEN,
    INVITE,
    OFF
  }

  /** Whether addresses have to be confirmed. */
  public enum Confirm {
    OFF,
    REQUIRED
  }

  public RegistrationConfiguration(@Nullable Mode mode, @Nullable Confirm confirm) {
    this.mode = mode == null ? Mode.OPEN : mode;
    this.confirm = confirm == null ? Confirm.OFF : confirm;
  }

  public static RegistrationConfiguration defaults() {
    return new RegistrationConfiguration(null, null);
  }

  /** Whether anything of it works by mail only. */
  public boolean needsMail() {
    return needsConfirmation() || mode == Mode.INVITE;
  }

  public boolean needsConfirmation() {
    return confirm == Confirm.REQUIRED;
  }
}
