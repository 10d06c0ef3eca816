package dev.warmgate.servicekey;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A service key as its operator sees it; the key itself was shown once and is not kept.
 *
 * @param expiresAt nothing if it never does
 * @param revokedAt nothing if it was not
 */
public record ServiceKey(
    UUID id,
    String name,
    Set<String> scopes,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant revokedAt) {

  static ServiceKey of(ServiceKeyDao.Row row) {
    return new ServiceKey(
        row.id(),
        row.name(),
        Set.of(row.scopes().split(" ", -1)),
        row.createdAt(),
        row.expiresAt(),
        row.revokedAt());
  }

  /** Whether it is good at that time, as far as it says itself. */
  public boolean isGoodAt(Instant now) {
    return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
  }
}
