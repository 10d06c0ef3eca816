package dev.warmgate.transfer;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account as an export shows it.
 *
 * @param source where it was imported from; {@code null} if it was made here
 * @param userMetadata a JSON object, as {@code appMetadata}
 * @param identities a JSON array; {@code null} for none
 * @param factors a JSON array of apps for codes, encrypted; {@code null} for none
 * @param passkeys a JSON array; {@code null} for none
 */
public record ExportedAccount(
    UUID id,
    String email,
    @Nullable Instant emailConfirmedAt,
    String role,
    @Nullable String locale,
    Instant createdAt,
    @Nullable Instant disabledAt,
    @Nullable String passwordHash,
    String userMetadata,
    String appMetadata,
    @Nullable String source,
    @Nullable String sourceId,
    @Nullable String identities,
    @Nullable String factors,
    @Nullable String passkeys) {
  /** Whether the account needs a second factor. */
  boolean hasFactors() {
    return factors != null || passkeys != null;
  }

  @Override
  public String toString() {
    return "ExportedAccount[" + id + "]";
  }
}
