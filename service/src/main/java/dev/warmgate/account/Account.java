package dev.warmgate.account;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account, with what a login needs.
 *
 * @param passwordHash {@code null} if it has no password
 * @param passwordVersion counts password changes, so that a login that began before a change cannot
 *     complete after it
 * @param emailVerified whether its owner has proven that they read the mails to its address
 * @param pending whether it is only a registration that still waits for that proof; it has no row
 *     of its own yet
 * @param secondFactor whether a session needs a second factor, too
 */
public record Account(
    UUID id,
    String email,
    String emailKey,
    String role,
    @Nullable String passwordHash,
    int passwordVersion,
    boolean emailVerified,
    boolean pending,
    boolean secondFactor) {
  @Override
  public String toString() {
    return "Account[" + id + "]";
  }
}
