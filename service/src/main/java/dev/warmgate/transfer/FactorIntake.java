package dev.warmgate.transfer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.warmgate.account.StoredJson;
import dev.warmgate.factor.Base32;
import dev.warmgate.factor.FactorDao;
import dev.warmgate.factor.FactorKind;
import dev.warmgate.factor.FactorSecrets;
import dev.warmgate.secret.Crypto;
import dev.warmgate.transfer.source.SourceAccount;
import dev.warmgate.transfer.source.SourcePasskey;
import dev.warmgate.transfer.source.SourceTotp;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks the second factors of an account, and encrypts their secrets. An account whose factor
 * cannot be taken over comes without it, and the operator is told.
 *
 * @param site the domain that passkeys belong to here; {@code null} if there are none
 * @param problems takes what the operator must know, with its place
 */
record FactorIntake(
    FactorSecrets secrets,
    @Nullable String site,
    BiConsumer<SourceAccount.Place, String> problems) {
  private static final Set<String> ALGORITHMS = Set.of("SHA1", "SHA256", "SHA512");
  private static final int MOST_NAME = 64;
  private static final int MOST_SECRET = 128;
  private static final int MOST_CREDENTIAL_ID = 1023;
  private static final int MOST_PUBLIC_KEY = 2048;
  private static final long MOST_SIGN_COUNT = 0xffffffffL;
  private static final Pattern TRANSPORTS = Pattern.compile("[a-z -]{0,200}");

  /**
   * Second factors.
   *
   * @param rows a JSON array; {@code null} for none
   * @param digest of all that the source tells of them; {@code null} for none
   */
  record Taken(@Nullable String rows, byte @Nullable [] digest) {}

  Taken take(SourceAccount account, UUID accountId) {
    account.factorProblems.forEach(why -> comesWithout(account, why));
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    StringBuilder told = new StringBuilder();
    for (SourceTotp totp : account.totps) {
      String why = problem(totp, rows.size());
      if (why == null) {
        add(rows, totp, accountId);
      } else {
        comesWithout(account, why);
      }
      told.append(totp.id()).append(' ').append(totp.createdAt()).append(' ');
      told.append(Base32.encode(totp.secret())).append('\n');
    }
    for (SourcePasskey passkey : account.passkeys) {
      String why = problem(passkey, rows.size());
      if (why == null) {
        add(rows, passkey);
        // Not those of another site, so that an import with the right one takes them.
        told.append(passkey.id()).append(' ').append(passkey.createdAt()).append('\n');
      } else {
        comesWithout(account, why);
      }
    }
    return told.isEmpty()
        ? new Taken(null, null)
        : new Taken(
            rows.isEmpty() ? null : rows.toString(),
            Crypto.sha256(told.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private static @Nullable String problem(SourceTotp totp, int before) {
    if (!ALGORITHMS.contains(totp.algorithm())
        || totp.digits() < 6
        || totp.digits() > 8
        || totp.period() < 15
        || totp.period() > 120) {
      return "its codes are of an unknown kind";
    }
    if (totp.secret().length > MOST_SECRET) {
      return "its secret is too long";
    }
    return before < FactorDao.MOST ? null : "there are too many";
  }

  private @Nullable String problem(SourcePasskey passkey, int before) {
    if (!Objects.equals(passkey.site(), site)) {
      return "a passkey belongs to another site than "
          + Objects.requireNonNullElse(site, "this service, which has none");
    }
    if (isOutside(passkey.credentialId().length, MOST_CREDENTIAL_ID)
        || isOutside(passkey.publicKey().length, MOST_PUBLIC_KEY)
        || passkey.signCount() < 0
        || passkey.signCount() > MOST_SIGN_COUNT
        || !TRANSPORTS.matcher(passkey.transports()).matches()) {
      return "a passkey of it cannot be read";
    }
    return before < FactorDao.MOST ? null : "there are too many";
  }

  private static boolean isOutside(int length, int most) {
    return length < 1 || length > most;
  }

  private static void add(ArrayNode rows, SourcePasskey passkey) {
    rows.addObject()
        .put("id", passkey.id().toString())
        .put("kind", FactorKind.PASSKEY.toString())
        .put("name", name(passkey.name()))
        .put("credential_id", HexFormat.of().formatHex(passkey.credentialId()))
        .put("public_key", HexFormat.of().formatHex(passkey.publicKey()))
        .put("sign_count", passkey.signCount())
        .put("transports", passkey.transports())
        .put("backup_eligible", passkey.backupEligible())
        .put("backed_up", passkey.backedUp())
        .put("aaguid", passkey.aaguid().toString())
        .put("created_at", passkey.createdAt() == null ? null : passkey.createdAt().toString());
  }

  private void add(ArrayNode rows, SourceTotp totp, UUID accountId) {
    UUID id =
        SourceAccount.isUuid(totp.id())
            ? UUID.fromString(totp.id())
            : Intake.derived("factor " + accountId + " " + totp.id());
    FactorSecrets.Sealed sealed = secrets.seal(id, totp.secret());
    rows.addObject()
        .put("id", id.toString())
        .put("kind", FactorKind.TOTP.toString())
        .put("name", name(totp.name()))
        .put("secret", HexFormat.of().formatHex(sealed.encrypted()))
        .put("key_id", sealed.encryptionKeyId())
        .put("algorithm", totp.algorithm())
        .put("digits", totp.digits())
        .put("period", totp.period())
        .put("created_at", totp.createdAt() == null ? null : totp.createdAt().toString());
  }

  private static String name(@Nullable String given) {
    String name = given == null ? "" : given.replaceAll("\\p{Cntrl}", " ").strip();
    int end =
        name.offsetByCodePoints(0, Math.min(MOST_NAME, name.codePointCount(0, name.length())));
    return name.isEmpty() || !StoredJson.isUnicode(name) ? "Authenticator" : name.substring(0, end);
  }

  private void comesWithout(SourceAccount account, String why) {
    problems.accept(account.place, "comes without a second factor: " + why);
  }
}
