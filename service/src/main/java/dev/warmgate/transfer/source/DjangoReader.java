package dev.warmgate.transfer.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Django's {@code dumpdata} writes, as JSON or JSON Lines: every model whose rows have
 * an address and a password.
 */
public record DjangoReader(SourceFile file) implements AccountReader {
  /** Django writes it before a random text where an account has no usable password. */
  private static final String UNUSABLE = "!";

  @Override
  public void read(AccountSink sink) throws IOException, MalformedSource {
    JsonRecords.readAccounts(file, null, sink, DjangoReader::map);
  }

  private static @Nullable Skipped map(ObjectNode record, SourceAccount account) {
    JsonNode fields = record.path("fields");
    if (!fields.has("email") || !fields.has("password")) {
      return Skipped.OTHER_MODELS;
    }
    account.source = "django";
    account.id = id(JsonRecords.text(record, "model"), JsonRecords.text(record, "pk"));
    account.email = JsonRecords.text(fields, "email");
    String hash = JsonRecords.text(fields, "password");
    account.passwordHash = hash == null || hash.startsWith(UNUSABLE) ? null : hash;
    account.createdAt = JsonRecords.time(fields, "date_joined");
    account.disabled = fields.has("is_active") && !JsonRecords.isTrue(fields, "is_active");
    for (String name : new String[] {"username", "first_name", "last_name"}) {
      JsonRecords.copy(fields, name, account.userMetadata, name);
    }
    for (String name : new String[] {"groups", "user_permissions", "is_staff", "is_superuser"}) {
      JsonRecords.copy(fields, name, account.appMetadata, name);
    }
    return null;
  }

  /** Models number their rows each for itself. */
  private static @Nullable String id(@Nullable String model, @Nullable String key) {
    return key == null || model == null || SourceAccount.isUuid(key) ? key : model + " " + key;
  }
}
