package dev.warmgate.transfer.source;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.account.EmailAddress;
import java.io.IOException;
import java.time.Instant;
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
    account.confirmed = isTrue(row, "email_confirmed", account.confirmedAt);
    account.passwordHash = JsonRecords.text(row, "password_hash");
    account.createdAt = JsonRecords.time(row, "created_at");
    account.disabledAt = JsonRecords.time(row, "disabled_at");
    account.disabled = isTrue(row, "disabled", account.disabledAt);
    account.locale = JsonRecords.text(row, "locale");
    account.userMetadata = JsonRecords.metadata(row, "user_metadata");
    account.appMetadata = JsonRecords.metadata(row, "app_metadata");
    return null;
  }

  /**
   * Returns whether a column says so, or another one since when.
   *
   * @throws UnreadableRecord if they contradict each other
   */
  private static boolean isTrue(ObjectNode row, String column, @Nullable Instant since) {
    boolean is = JsonRecords.isTrue(row, column);
    if (!is && since != null && JsonRecords.text(row, column) != null) {
      throw new UnreadableRecord("has a %1$s that contradicts its %1$s_at".formatted(column));
    }
    return is || since != null;
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
