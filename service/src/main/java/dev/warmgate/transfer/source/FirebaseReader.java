package dev.warmgate.transfer.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.password.foreign.HashNotation;
import dev.warmgate.password.foreign.UnsupportedHash;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the JSON that {@code firebase auth:export} writes. */
public record FirebaseReader(SourceFile file, FirebaseProject project) implements AccountReader {
  /** Providers that are no others: an address with a password, and a telephone number. */
  private static final Set<String> OWN = Set.of("password", "phone");

  @Override
  public void read(AccountSink sink) throws IOException, MalformedSource {
    JsonRecords.readAccounts(file, "users", sink, this::map);
  }

  private @Nullable Skipped map(ObjectNode user, SourceAccount account) {
    account.source = "firebase";
    account.id = JsonRecords.text(user, "localId");
    account.email = JsonRecords.text(user, "email");
    account.confirmed = JsonRecords.isTrue(user, "emailVerified");
    account.createdAt = JsonRecords.time(user, "createdAt");
    account.disabled = JsonRecords.isTrue(user, "disabled");
    boolean signsInElsewhere = !user.path("providerUserInfo").isEmpty();
    account.kindWithoutAddress =
        JsonRecords.text(user, "phoneNumber") != null
            ? Skipped.PHONE_ONLY
            : signsInElsewhere ? Skipped.WITHOUT_ADDRESS : Skipped.ANONYMOUS;
    readPassword(user, account);
    JsonRecords.copy(user, "displayName", account.userMetadata, "display_name");
    JsonRecords.copy(user, "photoUrl", account.userMetadata, "photo_url");
    JsonRecords.copy(user, "phoneNumber", account.userMetadata, "phone_number");
    account.appMetadata = JsonRecords.metadata(user, "customAttributes");
    user.path("providerUserInfo").forEach(identity -> addIdentity(identity, account));
    return null;
  }

  private void readPassword(ObjectNode user, SourceAccount account) {
    String hash = JsonRecords.text(user, "passwordHash");
    String salt = JsonRecords.text(user, "salt");
    if (hash == null) {
      return;
    }
    try {
      account.passwordHash =
          HashNotation.firebase(
              project.signerKey(),
              project.saltSeparator(),
              project.rounds(),
              project.memCost(),
              salt == null ? "" : salt,
              hash);
    } catch (UnsupportedHash refused) {
      account.passwordProblem = refused.getMessage();
    }
  }

  private static void addIdentity(JsonNode identity, SourceAccount account) {
    String provider = JsonRecords.text(identity, "providerId");
    String subject = JsonRecords.text(identity, "rawId");
    if (provider != null && subject != null && !OWN.contains(provider)) {
      ObjectNode data = JsonRecords.JSON.createObjectNode();
      JsonRecords.copy(identity, "email", data, "email");
      JsonRecords.copy(identity, "displayName", data, "display_name");
      JsonRecords.copy(identity, "photoUrl", data, "photo_url");
      account.identities.add(new SourceAccount.Identity(provider, subject, data, null, null));
    }
  }
}
