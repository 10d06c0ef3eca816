package dev.warmgate.servicekey;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A service key as operators see it; the key itself is shown once and not stored.
 *
 * @param expiresAt {@code null} if it never expires
 * @param revokedAt {@code null} if it has not been revoked
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

  /**
   * Returns whether the key is neither revoked nor expired, without consulting the revocation feed.
   */
  public boolean isGoodAt(Instant now) {
    return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
  }
}
