package dev.warmgate.account;

import java.time.Instant;
import java.util.UUID;

/**
 * Something that somebody logged in with, as its token tells: a browser, an app.
 *
 * @param passwordVersion of the account at that time; who knew an earlier password is nobody now
 */
public record Device(UUID id, UUID accountId, int passwordVersion, Instant expiresAt) {
  boolean isOf(Account account) {
    return accountId.equals(account.id()) && passwordVersion == account.passwordVersion();
  }
}
