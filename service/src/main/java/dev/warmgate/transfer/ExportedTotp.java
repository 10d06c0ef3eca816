package dev.warmgate.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.factor.FactorSecrets;
import dev.warmgate.factor.Totp;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An app for codes as an export shows it.
 *
 * @param createdAt in ISO 8601
 */
record ExportedTotp(UUID id, String name, Totp totp, String createdAt) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Returns the apps of an account, decrypted.
   *
   * @param factors as {@link ExportedAccount} has them
   */
  static List<ExportedTotp> of(@Nullable String factors, FactorSecrets secrets)
      throws JsonProcessingException {
    List<ExportedTotp> all = new ArrayList<>();
    if (factors != null) {
      for (JsonNode factor : JSON.readTree(factors)) {
        all.add(of(factor, secrets));
      }
    }
    return all;
  }

  private static ExportedTotp of(JsonNode factor, FactorSecrets secrets) {
    UUID id = UUID.fromString(factor.path("id").asText());
    byte[] encrypted = HexFormat.of().parseHex(factor.path("secret").asText());
    byte[] secret =
        secrets.open(new FactorSecrets.Sealed(id, encrypted, factor.path("key_id").asText()));
    return new ExportedTotp(
        id,
        factor.path("name").asText(),
        new Totp(
            secret,
            factor.path("algorithm").asText(),
            factor.path("digits").asInt(),
            factor.path("period").asInt()),
        factor.path("created_at").asText());
  }

  @Override
  public String toString() {
    return "ExportedTotp[" + id + "]";
  }
}
