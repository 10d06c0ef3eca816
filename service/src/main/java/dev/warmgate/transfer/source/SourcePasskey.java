package dev.warmgate.transfer.source;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A passkey, of which the source has only what is public.
 *
 * @param id at the source
 * @param site the domain that it belongs to; {@code null} if the source has none
 * @param publicKey in the form of COSE
 * @param transports how browsers reach it: names with spaces between them
 * @param aaguid the model of the authenticator
 */
public record SourcePasskey(
    UUID id,
    @Nullable String name,
    @Nullable String site,
    byte[] credentialId,
    byte[] publicKey,
    long signCount,
    String transports,
    boolean backupEligible,
    boolean backedUp,
    UUID aaguid,
    @Nullable Instant createdAt) {
  /** Adds one of Warmgate's own export. */
  static void ofWarmgate(JsonNode passkey, SourceAccount account) {
    Instant createdAt = JsonRecords.time(passkey, "created_at");
    try {
      account.passkeys.add(
          new SourcePasskey(
              UUID.fromString(passkey.path("id").asText()),
              JsonRecords.text(passkey, "name"),
              JsonRecords.text(passkey, "rp_id"),
              bytes(passkey, "credential_id"),
              bytes(passkey, "public_key"),
              passkey.path("sign_count").asLong(-1),
              passkey.path("transports").asText(),
              passkey.path("backup_eligible").asBoolean(),
              passkey.path("backed_up").asBoolean(),
              UUID.fromString(passkey.path("aaguid").asText()),
              createdAt));
    } catch (IllegalArgumentException malformed) {
      account.factorProblems.add("a passkey of it cannot be read");
    }
  }

  private static byte[] bytes(JsonNode passkey, String field) {
    return Base64.getUrlDecoder().decode(passkey.path(field).asText());
  }

  @Override
  public String toString() {
    return "SourcePasskey[" + id + "]";
  }
}
