package dev.warmgate.transfer.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads Auth0's export of users and, after it, the file of password hashes that Auth0's support
 * hands out. Both are JSON Lines; a line of the second has the {@code _id} of an account of the
 * first.
 */
public record Auth0Reader(List<SourceFile> files) implements AccountReader {
  /** Of those who have a password at Auth0. */
  private static final String DATABASE = "auth0";

  @Override
  public void read(AccountSink sink) throws IOException, MalformedSource {
    for (SourceFile file : files) {
      JsonRecords.read(file, null, (place, record) -> hand(place, record, sink));
    }
  }

  private static void hand(SourceAccount.Place place, ObjectNode record, AccountSink sink) {
    if (!record.has("_id")) {
      JsonRecords.hand(place, record, sink, Auth0Reader::map);
      return;
    }
    SourceAccount password = new SourceAccount(place);
    password.source = "auth0";
    password.id = DATABASE + "|" + id(record.path("_id"));
    password.passwordHash = JsonRecords.text(record, "passwordHash");
    sink.password(password);
  }

  /** MongoDB's extended JSON wraps ids; the export of users does not. */
  private static String id(JsonNode id) {
    return id.isObject() ? id.path("$oid").asText() : id.asText();
  }

  private static @Nullable Skipped map(ObjectNode user, SourceAccount account) {
    account.source = "auth0";
    String id = JsonRecords.text(user, "user_id");
    account.id = id == null ? JsonRecords.text(user, "id") : id;
    account.email = JsonRecords.text(user, "email");
    account.confirmed = JsonRecords.isTrue(user, "email_verified");
    account.createdAt = JsonRecords.time(user, "created_at");
    account.disabled = JsonRecords.isTrue(user, "blocked");
    account.tellsPassword = false;
    account.kindWithoutAddress =
        JsonRecords.text(user, "phone_number") == null
            ? Skipped.WITHOUT_ADDRESS
            : Skipped.PHONE_ONLY;
    account.userMetadata.setAll(JsonRecords.metadata(user, "user_metadata"));
    for (String name : new String[] {"name", "nickname", "picture", "username"}) {
      if (!account.userMetadata.has(name)) {
        JsonRecords.copy(user, name, account.userMetadata, name);
      }
    }
    account.appMetadata = JsonRecords.metadata(user, "app_metadata");
    user.path("identities").forEach(identity -> addIdentity(identity, account));
    return null;
  }

  private static void addIdentity(JsonNode identity, SourceAccount account) {
    String provider = JsonRecords.text(identity, "provider");
    String subject = JsonRecords.text(identity, "user_id");
    if (provider != null && subject != null && !provider.equals(DATABASE)) {
      ObjectNode data = JsonRecords.JSON.createObjectNode();
      data.setAll(JsonRecords.metadata(identity, "profileData"));
      JsonRecords.copy(identity, "connection", data, "connection");
      account.identities.add(new SourceAccount.Identity(provider, subject, data, null, null));
    }
  }
}
