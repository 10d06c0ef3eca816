package dev.warmgate.transfer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.factor.Base32;
import dev.warmgate.factor.FactorSecrets;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object a line, in a fixed order of fields, so that equal accounts make equal
 * bytes.
 *
 * @param secrets decrypts second factors; {@code null} to write neither them nor the hashes of
 *     passwords
 */
record NdjsonExport(JsonGenerator json, @Nullable FactorSecrets secrets)
    implements ExportDao.Target {
  private static final ObjectMapper JSON = new ObjectMapper();

  static NdjsonExport to(OutputStream out, @Nullable FactorSecrets secrets) throws IOException {
    JsonGenerator json = new JsonFactory().createGenerator(out);
    json.setRootValueSeparator(null);
    return new NdjsonExport(json, secrets);
  }

  @Override
  public void write(ExportedAccount account) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", account.id().toString());
    json.writeStringField("email", account.email());
    time("email_confirmed_at", account.emailConfirmedAt());
    json.writeStringField("role", account.role());
    text("locale", account.locale());
    time("created_at", account.createdAt());
    time("disabled_at", account.disabledAt());
    if (secrets != null) {
      // Also where it is null: the account has no password then.
      json.writeStringField("password_hash", account.passwordHash());
    }
    raw("user_metadata", account.userMetadata());
    raw("app_metadata", account.appMetadata());
    text("source", account.source());
    text("source_id", account.sourceId());
    raw("identities", account.identities());
    if (secrets != null && account.factors() != null) {
      writeFactors(secrets, account.factors());
    }
    json.writeEndObject();
    json.writeRaw('\n');
  }

  private void writeFactors(FactorSecrets decrypting, String factors) throws IOException {
    json.writeArrayFieldStart("factors");
    for (JsonNode factor : JSON.readTree(factors)) {
      byte[] secret =
          decrypting.open(
              new FactorSecrets.Sealed(
                  UUID.fromString(factor.path("id").asText()),
                  HexFormat.of().parseHex(factor.path("secret").asText()),
                  factor.path("key_id").asText()));
      json.writeStartObject();
      json.writeStringField("id", factor.path("id").asText());
      json.writeStringField("name", factor.path("name").asText());
      json.writeStringField("secret", Base32.encode(secret));
      json.writeStringField("algorithm", factor.path("algorithm").asText());
      json.writeNumberField("digits", factor.path("digits").asInt());
      json.writeNumberField("period", factor.path("period").asInt());
      json.writeStringField("created_at", factor.path("created_at").asText());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  void flush() throws IOException {
    json.flush();
  }

  private void text(String name, @Nullable String value) throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }

  private void time(String name, @Nullable Instant value) throws IOException {
    text(name, value == null ? null : value.toString());
  }

  private void raw(String name, @Nullable String value) throws IOException {
    if (value != null) {
      json.writeFieldName(name);
      json.writeRawValue(value);
    }
  }
}
