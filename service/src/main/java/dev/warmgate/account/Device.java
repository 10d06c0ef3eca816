package dev.warmgate.account;

import java.time.Instant;
import java.util.UUID;

/**
 * A browser or app that has logged in to an account before, as its device token proves.
 *
 * @param passwordVersion of the account at that login; after a password change the device is
 *     unknown
 * @param factor whether a second factor was used at that login
 */
public record Device(
    UUID id, UUID accountId, int passwordVersion, Instant expiresAt, boolean factor) {
  /** Whether it is known to this account, with its present password. */
  public boolean isOf(Account account) {
    return accountId.equals(account.id()) && passwordVersion == account.passwordVersion();
  }
}
