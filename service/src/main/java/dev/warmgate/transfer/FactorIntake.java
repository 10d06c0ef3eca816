package dev.warmgate.transfer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.warmgate.account.StoredJson;
import dev.warmgate.factor.Base32;
import dev.warmgate.factor.FactorDao;
import dev.warmgate.factor.FactorSecrets;
import dev.warmgate.secret.Crypto;
import dev.warmgate.transfer.source.SourceAccount;
import dev.warmgate.transfer.source.SourceTotp;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks the second factors of an account, and encrypts their secrets. An account whose factor
 * cannot be taken over comes without it, and the operator is told.
 *
 * @param problems takes what the operator must know, with its place
 */
record FactorIntake(FactorSecrets secrets, BiConsumer<SourceAccount.Place, String> problems) {
  private static final Set<String> ALGORITHMS = Set.of("SHA1", "SHA256", "SHA512");
  private static final int MOST_NAME = 64;
  private static final int MOST_SECRET = 128;

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

  private void add(ArrayNode rows, SourceTotp totp, UUID accountId) {
    UUID id =
        SourceAccount.isUuid(totp.id())
            ? UUID.fromString(totp.id())
            : Intake.derived("factor " + accountId + " " + totp.id());
    FactorSecrets.Sealed sealed = secrets.seal(id, totp.secret());
    rows.addObject()
        .put("id", id.toString())
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
