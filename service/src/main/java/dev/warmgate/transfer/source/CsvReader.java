package dev.warmgate.transfer.source;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.account.EmailAddress;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads CSV with the columns that Warmgate names itself. */
public record CsvReader(SourceFile file) implements AccountReader {
  static final Set<String> COLUMNS =
      Set.of(
          "id",
          "email",
          "email_confirmed",
          "email_confirmed_at",
          "password_hash",
          "created_at",
          "disabled",
          "disabled_at",
          "locale",
          "user_metadata",
          "app_metadata");

  @Override
  public void read(AccountSink sink) throws IOException, MalformedSource {
    CsvRows.read(file, COLUMNS, sink, CsvReader::map);
  }

  private static @Nullable Skipped map(ObjectNode row, SourceAccount account) {
    account.source = "csv";
    account.email = JsonRecords.text(row, "email");
    String id = JsonRecords.text(row, "id");
    account.id = id == null ? ofAddress(account.email) : id;
    account.confirmedAt = JsonRecords.time(row, "email_confirmed_at");
    account.confirmed = account.confirmedAt != null || JsonRecords.isTrue(row, "email_confirmed");
    account.passwordHash = JsonRecords.text(row, "password_hash");
    account.createdAt = JsonRecords.time(row, "created_at");
    account.disabledAt = JsonRecords.time(row, "disabled_at");
    account.disabled = account.disabledAt != null || JsonRecords.isTrue(row, "disabled");
    account.locale = JsonRecords.text(row, "locale");
    account.userMetadata = JsonRecords.metadata(row, "user_metadata");
    account.appMetadata = JsonRecords.metadata(row, "app_metadata");
    return null;
  }

  /** The same id however the address is written. */
  private static @Nullable String ofAddress(@Nullable String email) {
    try {
      return email == null ? null : "email " + EmailAddress.parse(email).key();
    } catch (IllegalArgumentException refusedLater) {
      return null;
    }
  }
}
