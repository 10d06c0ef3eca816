package dev.warmgate.transfer.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a row of Supabase's {@code auth.users}, with its {@code identities} and {@code factors},
 * whether its values are JSON or the text of CSV.
 *
 * @param clock tells which bans are over
 */
public record SupabaseRow(Clock clock) implements JsonRecords.Mapper {
  /** The columns that a CSV may have. The last three are read and not needed. */
  static final Set<String> COLUMNS =
      Set.of(
          "id",
          "email",
          "encrypted_password",
          "email_confirmed_at",
          "raw_user_meta_data",
          "raw_app_meta_data",
          "created_at",
          "banned_until",
          "deleted_at",
          "is_anonymous",
          "is_sso_user",
          "phone",
          "identities",
          "factors",
          "updated_at",
          "last_sign_in_at",
          "role");

  /** The provider of those who sign in with an address and a password. */
  private static final String EMAIL = "email";

  @Override
  public @Nullable Skipped map(ObjectNode row, SourceAccount account) {
    account.source = "supabase";
    account.id = JsonRecords.text(row, "id");
    if (JsonRecords.text(row, "deleted_at") != null) {
      return Skipped.DELETED;
    }
    account.email = JsonRecords.text(row, "email");
    account.confirmedAt = JsonRecords.time(row, "email_confirmed_at");
    account.confirmed = account.confirmedAt != null;
    account.passwordHash = JsonRecords.text(row, "encrypted_password");
    account.createdAt = JsonRecords.time(row, "created_at");
    account.disabled = isBanned(row);
    account.userMetadata = JsonRecords.metadata(row, "raw_user_meta_data");
    account.appMetadata = JsonRecords.metadata(row, "raw_app_meta_data");
    account.kindWithoutAddress =
        JsonRecords.isTrue(row, "is_anonymous")
            ? Skipped.ANONYMOUS
            : JsonRecords.text(row, "phone") != null ? Skipped.PHONE_ONLY : Skipped.WITHOUT_ADDRESS;
    array(row, "identities").forEach(identity -> add(identity, account));
    array(row, "factors").forEach(factor -> SourceTotp.ofSupabase(factor, account));
    return null;
  }

  private boolean isBanned(ObjectNode row) {
    if ("infinity".equals(JsonRecords.text(row, "banned_until"))) {
      return true;
    }
    Instant until = JsonRecords.time(row, "banned_until");
    return until != null && until.isAfter(clock.instant());
  }

  private static JsonNode array(ObjectNode row, String field) {
    JsonNode given = row.path(field);
    if (!given.isTextual() || given.asText().isBlank()) {
      return given;
    }
    return JsonRecords.array(given.asText())
        .map(JsonNode.class::cast)
        .orElseThrow(() -> new UnreadableRecord("has " + field + " that are no array"));
  }

  private static void add(JsonNode identity, SourceAccount account) {
    String provider = JsonRecords.text(identity, "provider");
    String subject = JsonRecords.text(identity, "provider_id");
    if (provider != null && subject != null && !provider.equals(EMAIL)) {
      account.identities.add(
          new SourceAccount.Identity(
              provider,
              subject,
              JsonRecords.metadata(identity, "identity_data"),
              JsonRecords.time(identity, "created_at"),
              JsonRecords.time(identity, "last_sign_in_at")));
    }
  }
}
