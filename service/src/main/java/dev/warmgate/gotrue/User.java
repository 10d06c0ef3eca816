package dev.warmgate.gotrue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.account.Metadata;
import dev.warmgate.request.Caller;
import dev.warmgate.secret.Crypto;
import dev.warmgate.token.SupabaseTokens;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A user as GoTrue describes one. Accounts have one identity: their e-mail address. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record User(
    UUID id,
    String aud,
    String role,
    String email,
    @Nullable Instant emailConfirmedAt,
    String phone,
    @Nullable Instant confirmationSentAt,
    @Nullable Instant confirmedAt,
    @Nullable Instant invitedAt,
    @Nullable String newEmail,
    @Nullable Instant emailChangeSentAt,
    @Nullable Instant lastSignInAt,
    @JsonRawValue String appMetadata,
    @JsonRawValue String userMetadata,
    List<Identity> identities,
    @JsonRawValue @Nullable String factors,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant bannedUntil,
    boolean isAnonymous) {
  private static final String PROVIDERS = "{\"provider\":\"email\",\"providers\":[\"email\"]}";

  /** As good as for ever: accounts are disabled until they are enabled. */
  private static final Duration CENTURY = Duration.ofDays(36_525);

  /** What the owner of the account signs in with. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Identity(
      UUID identityId,
      String id,
      UUID userId,
      IdentityData identityData,
      String provider,
      @Nullable Instant lastSignInAt,
      Instant createdAt,
      Instant updatedAt,
      String email) {}

  /** What the identity says of its owner. */
  record IdentityData(String email, boolean emailVerified, boolean phoneVerified, String sub) {}

  static User of(UserDao.Row row) {
    Instant confirmed = row.emailConfirmedAt();
    Instant updated =
        confirmed == null || confirmed.isBefore(row.createdAt()) ? row.createdAt() : confirmed;
    // Servers that ask for the user in place of reading the token must not go round the factor.
    boolean awaitsFactor = row.method() != null && row.awaitsFactor();
    return new User(
        row.id(),
        awaitsFactor ? Caller.SUPABASE_BEFORE_FACTOR : Caller.SUPABASE,
        awaitsFactor ? SupabaseTokens.ANONYMOUS : Caller.SUPABASE,
        row.email(),
        confirmed,
        "",
        null,
        confirmed,
        null,
        row.newEmail(),
        row.changeAskedAt(),
        row.lastSignInAt(),
        row.appMetadata(),
        row.userMetadata(),
        List.of(
            identity(
                row.id(), row.email(), confirmed != null, row.lastSignInAt(), row.createdAt())),
        row.factors(),
        row.createdAt(),
        updated,
        row.disabledAt() == null ? null : row.disabledAt().plus(CENTURY),
        false);
  }

  /**
   * Returns a user whose account exists only once the address is confirmed. The address of an
   * account is answered alike.
   */
  static User pending(
      UUID id, EmailAddress email, Metadata metadata, Instant asked, boolean invited) {
    return new User(
        id,
        Caller.SUPABASE,
        Caller.SUPABASE,
        email.text(),
        null,
        "",
        asked,
        null,
        invited ? asked : null,
        null,
        null,
        null,
        PROVIDERS,
        metadata.json(),
        List.of(identity(id, email.text(), false, null, asked)),
        null,
        asked,
        asked,
        null,
        false);
  }

  /** Returns the user as one whose new address has been asked to confirm. */
  User asking(EmailAddress wanted, Instant now) {
    return new User(
        id,
        aud,
        role,
        email,
        emailConfirmedAt,
        phone,
        confirmationSentAt,
        confirmedAt,
        invitedAt,
        wanted.text(),
        now,
        lastSignInAt,
        appMetadata,
        userMetadata,
        identities,
        factors,
        createdAt,
        updatedAt,
        bannedUntil,
        isAnonymous);
  }

  private static Identity identity(
      UUID account,
      String email,
      boolean verified,
      @Nullable Instant lastSignInAt,
      Instant createdAt) {
    return new Identity(
        identityId(account),
        account.toString(),
        account,
        new IdentityData(email, verified, false, account.toString()),
        "email",
        lastSignInAt,
        createdAt,
        createdAt,
        email);
  }

  /** Always the same one of an account (a UUID of version 5, RFC 9562). */
  private static UUID identityId(UUID account) {
    byte[] name = "email".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer hash =
        ByteBuffer.wrap(
            Crypto.sha1(
                ByteBuffer.allocate(2 * Long.BYTES + name.length)
                    .putLong(account.getMostSignificantBits())
                    .putLong(account.getLeastSignificantBits())
                    .put(name)
                    .array()));
    long most = (hash.getLong() & ~0xf000L) | 0x5000L;
    long least = (hash.getLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new UUID(most, least);
  }

  @Override
  public String toString() {
    return "User[" + id + "]";
  }
}
