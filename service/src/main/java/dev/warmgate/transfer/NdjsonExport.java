package dev.warmgate.transfer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object a line, in a fixed order of fields, so that equal accounts make equal
 * bytes.
 *
 * @param secrets whether to write the hashes of passwords
 */
record NdjsonExport(JsonGenerator json, boolean secrets) implements ExportDao.Target {
  static NdjsonExport to(OutputStream out, boolean secrets) throws IOException {
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
    if (secrets) {
      // Also where it is null: the account has no password then.
      json.writeStringField("password_hash", account.passwordHash());
    }
    raw("user_metadata", account.userMetadata());
    raw("app_metadata", account.appMetadata());
    text("source", account.source());
    text("source_id", account.sourceId());
    raw("identities", account.identities());
    json.writeEndObject();
    json.writeRaw('\n');
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
