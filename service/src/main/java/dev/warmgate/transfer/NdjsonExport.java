package dev.warmgate.transfer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.factor.FactorSecrets;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object a line, in a fixed order of fields, so that equal accounts make equal
 * bytes.
 */
final class NdjsonExport implements ExportDao.Target {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonGenerator json;
  private final @Nullable FactorSecrets secrets;
  private final @Nullable String passkeySite;
  private long withoutFactors;

  private NdjsonExport(
      JsonGenerator json, @Nullable FactorSecrets secrets, @Nullable String passkeySite) {
    this.json = json;
    this.secrets = secrets;
    this.passkeySite = passkeySite;
  }

  /**
   * @param secrets decrypts second factors; {@code null} to write neither them nor the hashes of
   *     passwords
   * @param passkeySite the domain that passkeys belong to; {@code null} if there are none
   */
  static NdjsonExport to(
      OutputStream out, @Nullable FactorSecrets secrets, @Nullable String passkeySite)
      throws IOException {
    JsonGenerator json = new JsonFactory().createGenerator(out);
    json.setRootValueSeparator(null);
    return new NdjsonExport(json, secrets, passkeySite);
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
    if (secrets == null) {
      withoutFactors += account.hasFactors() ? 1 : 0;
    } else {
      writeFactors(secrets, account.factors());
      writePasskeys(account.passkeys());
    }
    json.writeEndObject();
    json.writeRaw('\n');
  }

  private void writeFactors(FactorSecrets decrypting, @Nullable String factors) throws IOException {
    if (factors == null) {
      return;
    }
    json.writeArrayFieldStart("factors");
    for (ExportedTotp factor : ExportedTotp.of(factors, decrypting)) {
      json.writeStartObject();
      json.writeStringField("id", factor.id().toString());
      json.writeStringField("name", factor.name());
      json.writeStringField("secret", factor.totp().base32());
      json.writeStringField("algorithm", factor.totp().algorithm());
      json.writeNumberField("digits", factor.totp().digits());
      json.writeNumberField("period", factor.totp().period());
      json.writeStringField("created_at", factor.createdAt());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** They hold only where the domain stays, and the id of the account, which they contain. */
  private void writePasskeys(@Nullable String passkeys) throws IOException {
    if (passkeys == null) {
      return;
    }
    json.writeArrayFieldStart("passkeys");
    for (JsonNode passkey : JSON.readTree(passkeys)) {
      json.writeStartObject();
      json.writeStringField("id", passkey.path("id").asText());
      json.writeStringField("name", passkey.path("name").asText());
      text("rp_id", passkeySite);
      json.writeStringField("credential_id", base64(passkey, "credential_id"));
      json.writeStringField("public_key", base64(passkey, "public_key"));
      json.writeNumberField("sign_count", passkey.path("sign_count").asLong());
      json.writeStringField("transports", passkey.path("transports").asText());
      json.writeBooleanField("backup_eligible", passkey.path("backup_eligible").asBoolean());
      json.writeBooleanField("backed_up", passkey.path("backed_up").asBoolean());
      json.writeStringField("aaguid", passkey.path("aaguid").asText());
      json.writeStringField("created_at", passkey.path("created_at").asText());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static String base64(JsonNode passkey, String field) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(HexFormat.of().parseHex(passkey.path(field).asText()));
  }

  /** How many accounts have second factors that were not written. */
  long withoutFactors() {
    return withoutFactors;
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
