package dev.warmgate.account;

import java.time.Instant;
import java.util.UUID;

/**
 * A browser or app that has logged in to an account before, as its device token proves.
 *
 * @param passwordVersion of the account at that login; after a password change the device is
 *     unknown
 */
public record Device(UUID id, UUID accountId, int passwordVersion, Instant expiresAt) {
  boolean isOf(Account account) {
    return accountId.equals(account.id()) && passwordVersion == account.passwordVersion();
  }
}
