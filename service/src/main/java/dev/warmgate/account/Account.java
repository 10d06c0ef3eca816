package dev.warmgate.account;

import java.util.UUID;

/**
 * An account, with what a login needs.
 *
 * @param passwordVersion counts password changes, so that a login that began before a change cannot
 *     complete after it
 */
public record Account(
    UUID id, String email, String emailKey, String role, String passwordHash, int passwordVersion) {
  @Override
  public String toString() {
    return "Account[" + id + "]";
  }
}
