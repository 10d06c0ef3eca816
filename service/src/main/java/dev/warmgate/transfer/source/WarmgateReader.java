package dev.warmgate.transfer.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads Warmgate's own export. Only here, a role is taken over. */
public record WarmgateReader(SourceFile file) implements AccountReader {
  private static final Set<String> FIELDS =
      Set.of(
          "id",
          "email",
          "email_confirmed_at",
          "role",
          "locale",
          "created_at",
          "disabled_at",
          "password_hash",
          "user_metadata",
          "app_metadata",
          "source",
          "source_id",
          "identities",
          "factors",
          "passkeys");

  private static final Set<String> ROLES = Set.of("user", "admin");

  @Override
  public void read(AccountSink sink) throws IOException, MalformedSource {
    JsonRecords.readAccounts(file, null, sink, WarmgateReader::map);
  }

  private static @Nullable Skipped map(ObjectNode record, SourceAccount account) {
    for (Iterator<String> names = record.fieldNames(); names.hasNext(); ) {
      if (!FIELDS.contains(names.next())) {
        throw new UnreadableRecord("has a field that no export of Warmgate has");
      }
    }
    String source = JsonRecords.text(record, "source");
    String sourceId = JsonRecords.text(record, "source_id");
    account.source = source == null ? "warmgate" : source;
    account.ownId = JsonRecords.text(record, "id");
    account.id = sourceId == null ? account.ownId : sourceId;
    account.email = JsonRecords.text(record, "email");
    account.confirmedAt = JsonRecords.time(record, "email_confirmed_at");
    account.confirmed = account.confirmedAt != null;
    account.role = String.valueOf(JsonRecords.text(record, "role"));
    if (!ROLES.contains(account.role)) {
      throw new UnreadableRecord("has no role that exists");
    }
    account.locale = JsonRecords.text(record, "locale");
    account.createdAt = JsonRecords.time(record, "created_at");
    account.disabledAt = JsonRecords.time(record, "disabled_at");
    account.disabled = account.disabledAt != null;
    // An export without secrets has no such field.
    account.tellsPassword = record.has("password_hash");
    account.passwordHash = JsonRecords.text(record, "password_hash");
    account.isOwnHash = true;
    account.userMetadata = JsonRecords.metadata(record, "user_metadata");
    account.appMetadata = JsonRecords.metadata(record, "app_metadata");
    record.path("identities").forEach(identity -> addIdentity(identity, account));
    record.path("factors").forEach(factor -> SourceTotp.ofWarmgate(factor, account));
    record.path("passkeys").forEach(passkey -> SourcePasskey.ofWarmgate(passkey, account));
    return null;
  }

  private static void addIdentity(JsonNode identity, SourceAccount account) {
    account.identities.add(
        new SourceAccount.Identity(
            identity.path("provider").asText(),
            identity.path("subject").asText(),
            JsonRecords.metadata(identity, "data"),
            JsonRecords.time(identity, "created_at"),
            JsonRecords.time(identity, "last_used_at")));
  }
}
