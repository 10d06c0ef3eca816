package dev.warmgate.transfer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.account.EmailAddress;
import dev.warmgate.account.StoredJson;
import dev.warmgate.password.foreign.HashNotation;
import dev.warmgate.password.foreign.UnsupportedHash;
import dev.warmgate.secret.Crypto;
import dev.warmgate.transfer.source.SourceAccount;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a source tells of an account. What cannot be stored is refused with a reason; an
 * account whose password cannot be taken over comes without it.
 *
 * @param confirmed whether all addresses count as proven, whatever the source tells
 * @param sourceName the name under which the accounts are known; {@code null} for that of the kind
 * @param factors checks second factors
 * @param problems takes what the operator must know, with its place
 */
record Intake(
    boolean confirmed,
    @Nullable String sourceName,
    FactorIntake factors,
    BiConsumer<SourceAccount.Place, String> problems) {
  /** Thrown if an account is left out; the message is the reason. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String why) {
      super(why);
    }
  }

  private static final int MOST_ID = 255;
  private static final Pattern LANGUAGE_TAG =
      Pattern.compile("[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8}){0,4}");

  /** A namespace of UUIDs of version 5 (RFC 9562): that of the accounts of other services. */
  private static final UUID NAMESPACE = UUID.fromString("6f1f2b9e-6a55-5d0b-9d7e-6a3d6f0a4c11");

  /**
   * Returns the row of an account that has an address.
   *
   * @param number of the record in the source
   */
  ImportRow account(SourceAccount given, long number) throws Refused {
    EmailAddress email = email(Objects.requireNonNull(given.email));
    boolean isProven = confirmed || given.confirmed;
    return row(
        given,
        number,
        email,
        isProven,
        text("a user_metadata", given.userMetadata),
        text("an app_metadata", given.appMetadata));
  }

  /** Returns the row of a password that belongs to an account. */
  ImportRow password(SourceAccount given, long number) throws Refused {
    return row(given, number, null, false, "{}", "{}");
  }

  private ImportRow row(
      SourceAccount given,
      long number,
      @Nullable EmailAddress email,
      boolean isProven,
      String userMetadata,
      String appMetadata)
      throws Refused {
    String source = sourceName == null ? given.source : sourceName;
    String sourceId = sourceId(given);
    UUID id = given.ownId == null ? id(source, sourceId) : uuid(given.ownId);
    return new ImportRow(
        given.place,
        number,
        id,
        source,
        SourceAccount.isUuid(sourceId) ? null : sourceId,
        email,
        isProven,
        isProven ? given.confirmedAt : null,
        given.tellsPassword,
        hash(given),
        digest(given),
        given.role,
        locale(given.locale),
        given.createdAt,
        given.disabled,
        given.disabledAt,
        userMetadata,
        appMetadata,
        identities(given.identities),
        factors.take(given, id));
  }

  private static String sourceId(SourceAccount given) throws Refused {
    String id = given.id;
    if (id == null || id.length() > MOST_ID || !StoredJson.isUnicode(id)) {
      throw new Refused("has no id");
    }
    return id;
  }

  private static UUID id(String source, String sourceId) {
    return SourceAccount.isUuid(sourceId)
        ? UUID.fromString(sourceId)
        : derived(source + " " + sourceId);
  }

  private static UUID uuid(String text) throws Refused {
    if (!SourceAccount.isUuid(text)) {
      throw new Refused("has no id");
    }
    return UUID.fromString(text);
  }

  /** The same id in every import. */
  static UUID derived(String name) {
    ByteBuffer namespace = ByteBuffer.allocate(2 * Long.BYTES);
    namespace.putLong(NAMESPACE.getMostSignificantBits());
    namespace.putLong(NAMESPACE.getLeastSignificantBits());
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer hash =
        ByteBuffer.wrap(
            Crypto.sha1(
                ByteBuffer.allocate(namespace.capacity() + text.length)
                    .put(namespace.array())
                    .put(text)
                    .array()));
    long most = (hash.getLong() & ~0xf000L) | 0x5000L;
    long least = (hash.getLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new UUID(most, least);
  }

  private static EmailAddress email(String text) throws Refused {
    EmailAddress email;
    try {
      email = EmailAddress.parse(text);
    } catch (IllegalArgumentException malformed) {
      // The message of the exception would say that it must be one.
      Refused refused = new Refused("has no valid e-mail address");
      refused.addSuppressed(malformed);
      throw refused;
    }
    if (email.isDecoy()) {
      throw new Refused("has a reserved address");
    }
    return email;
  }

  private @Nullable String hash(SourceAccount given) {
    if (given.passwordProblem != null) {
      comesWithout(given, given.passwordProblem);
      return null;
    }
    if (given.passwordHash == null || given.passwordHash.isEmpty()) {
      return null;
    }
    try {
      return given.isOwnHash
          ? HashNotation.ours(given.passwordHash)
          : HashNotation.canonical(given.passwordHash);
    } catch (UnsupportedHash refused) {
      comesWithout(given, refused.getMessage());
      return null;
    }
  }

  private void comesWithout(SourceAccount given, String why) {
    problems.accept(given.place, "comes without its password: " + why);
  }

  private static byte[] digest(SourceAccount given) {
    String told =
        Objects.requireNonNullElse(given.passwordHash, "")
            + Objects.requireNonNullElse(given.passwordProblem, "");
    return Crypto.sha256(told.getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable String locale(@Nullable String given) {
    return given != null && LANGUAGE_TAG.matcher(given).matches() ? given.replace('_', '-') : null;
  }

  private static @Nullable String identities(List<SourceAccount.Identity> given) throws Refused {
    if (given.isEmpty()) {
      return null;
    }
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (SourceAccount.Identity identity : given) {
      if (identity.provider().length() > MOST_ID || identity.subject().length() > MOST_ID) {
        throw new Refused("has an identity whose name is too long");
      }
      ObjectNode one = all.addObject();
      one.put("provider", identity.provider())
          .put("subject", identity.subject())
          .put("created_at", text(identity.createdAt()))
          .put("last_used_at", text(identity.lastUsedAt()))
          .set("data", identity.data());
      String _ = text("an identity", one);
    }
    return all.toString();
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }

  /**
   * Returns the JSON text.
   *
   * @param name with its article, for the reason
   */
  private static String text(String name, ObjectNode given) throws Refused {
    try {
      return StoredJson.text(given);
    } catch (StoredJson.Unstorable why) {
      throw new Refused("has " + name + " " + why.getMessage());
    }
  }
}
