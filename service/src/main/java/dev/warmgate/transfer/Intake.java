package dev.warmgate.transfer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.account.EmailAddress;
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
 * @param problems takes what the operator must know, with its place
 */
record Intake(boolean confirmed, BiConsumer<SourceAccount.Place, String> problems) {
  /** Thrown if an account is left out; the message is the reason. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String why) {
      super(why);
    }
  }

  private static final int MOST_METADATA = 16 * 1024;
  private static final int MOST_ID = 255;
  private static final Pattern LANGUAGE_TAG =
      Pattern.compile("[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8}){0,4}");

  private static final Pattern UUID_FORM =
      Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /** A namespace of UUIDs of version 5 (RFC 9562): that of the accounts of other services. */
  private static final UUID NAMESPACE = UUID.fromString("6f1f2b9e-6a55-5d0b-9d7e-6a3d6f0a4c11");

  /** Returns the row of an account that has an address. */
  ImportRow account(SourceAccount given) throws Refused {
    EmailAddress email = email(Objects.requireNonNull(given.email));
    boolean isProven = confirmed || given.confirmed;
    return row(
        given,
        email,
        isProven,
        metadata("user_metadata", given.userMetadata),
        metadata("app_metadata", given.appMetadata));
  }

  /** Returns the row of a password that belongs to an account. */
  ImportRow password(SourceAccount given) throws Refused {
    return row(given, null, false, "{}", "{}");
  }

  private ImportRow row(
      SourceAccount given,
      @Nullable EmailAddress email,
      boolean isProven,
      String userMetadata,
      String appMetadata)
      throws Refused {
    boolean isUuid = UUID_FORM.matcher(given.id).matches();
    return new ImportRow(
        given.place,
        id(given),
        given.source,
        isUuid ? null : given.id,
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
        identities(given.identities));
  }

  private static UUID id(SourceAccount given) throws Refused {
    if (given.ownId != null) {
      return uuid(given.ownId);
    }
    if (given.id.isEmpty() || given.id.equals("null") || given.id.length() > MOST_ID) {
      throw new Refused("has no id");
    }
    return UUID_FORM.matcher(given.id).matches()
        ? UUID.fromString(given.id)
        : derived(given.source + " " + given.id);
  }

  private static UUID uuid(String text) throws Refused {
    if (!UUID_FORM.matcher(text).matches()) {
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
      // Its message would say that it must be one.
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

  private static String metadata(String name, ObjectNode given) throws Refused {
    String text = given.toString();
    if (text.length() > MOST_METADATA) {
      throw new Refused("has a " + name + " of more than 16 KiB");
    }
    return text;
  }

  private static @Nullable String identities(List<SourceAccount.Identity> given) {
    if (given.isEmpty()) {
      return null;
    }
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (SourceAccount.Identity identity : given) {
      all.addObject()
          .put("provider", identity.provider())
          .put("subject", identity.subject())
          .put("created_at", text(identity.createdAt()))
          .put("last_used_at", text(identity.lastUsedAt()))
          .set("data", identity.data());
    }
    return all.toString();
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
