package dev.warmgate.account;

import java.util.UUID;

/**
 * An account as a login needs it.
 *
 * @param passwordVersion counts password changes, so that a login that began before one cannot end
 *     after it
 */
public record Account(
    UUID id, String email, String emailKey, String role, String passwordHash, int passwordVersion) {
  @Override
  public String toString() {
    return "Account[" + id + "]";
  }
}
