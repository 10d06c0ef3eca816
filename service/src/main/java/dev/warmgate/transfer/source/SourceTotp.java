package dev.warmgate.transfer.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.factor.Base32;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An app for codes (RFC 6238) that its owner has confirmed at the source. {@link #toString} hides
 * its secret.
 *
 * @param id at the source
 * @param algorithm {@code SHA1}, {@code SHA256} or {@code SHA512}, if the source tells the truth
 */
public record SourceTotp(
    String id,
    @Nullable String name,
    byte[] secret,
    String algorithm,
    int digits,
    int period,
    @Nullable Instant createdAt) {
  private static final String COMMON_ALGORITHM = "SHA1";
  private static final int COMMON_DIGITS = 6;
  private static final int COMMON_PERIOD = 30;

  /** Adds a row of Supabase's {@code auth.mfa_factors}, unless it was never confirmed. */
  static void ofSupabase(JsonNode factor, SourceAccount account) {
    if (!"verified".equals(JsonRecords.text(factor, "status"))) {
      return;
    }
    String type = JsonRecords.text(factor, "factor_type");
    if (!"totp".equals(type)) {
      account.factorProblems.add("it is no app for codes");
      return;
    }
    add(
        account,
        factor,
        JsonRecords.text(factor, "friendly_name"),
        base32(JsonRecords.text(factor, "secret")),
        COMMON_ALGORITHM,
        COMMON_DIGITS,
        COMMON_PERIOD,
        JsonRecords.time(factor, "created_at"));
  }

  /** Adds a credential of Keycloak, if it is a second factor. */
  static void ofKeycloak(JsonNode credential, SourceAccount account) {
    String type = String.valueOf(JsonRecords.text(credential, "type"));
    if (type.startsWith("webauthn")) {
      account.factorProblems.add("a passkey belongs to the site that it was made for");
    }
    if (!type.equals("otp")) {
      return;
    }
    ObjectNode parameters = JsonRecords.metadata(credential, "credentialData");
    if (!"totp".equals(JsonRecords.text(parameters, "subType"))) {
      account.factorProblems.add("its codes do not depend on the time");
      return;
    }
    String secret = JsonRecords.text(JsonRecords.metadata(credential, "secretData"), "value");
    add(
        account,
        credential,
        JsonRecords.text(credential, "userLabel"),
        "BASE32".equals(JsonRecords.text(parameters, "secretEncoding"))
            ? base32(secret)
            : secret == null ? null : secret.getBytes(StandardCharsets.UTF_8),
        // Such as HmacSHA1.
        String.valueOf(JsonRecords.text(parameters, "algorithm"))
            .toUpperCase(Locale.ROOT)
            .replace("HMAC", ""),
        parameters.path("digits").asInt(COMMON_DIGITS),
        parameters.path("period").asInt(COMMON_PERIOD),
        JsonRecords.time(credential, "createdDate"));
  }

  /** Adds one of Warmgate's own export. */
  static void ofWarmgate(JsonNode factor, SourceAccount account) {
    add(
        account,
        factor,
        JsonRecords.text(factor, "name"),
        base32(JsonRecords.text(factor, "secret")),
        String.valueOf(JsonRecords.text(factor, "algorithm")),
        factor.path("digits").asInt(),
        factor.path("period").asInt(),
        JsonRecords.time(factor, "created_at"));
  }

  private static void add(
      SourceAccount account,
      JsonNode record,
      @Nullable String name,
      byte @Nullable [] secret,
      String algorithm,
      int digits,
      int period,
      @Nullable Instant createdAt) {
    String id = JsonRecords.text(record, "id");
    if (id == null || secret == null || secret.length == 0) {
      account.factorProblems.add("its secret cannot be read");
      return;
    }
    account.totps.add(new SourceTotp(id, name, secret, algorithm, digits, period, createdAt));
  }

  /** Returns nothing if it is none: Supabase can encrypt it. */
  private static byte @Nullable [] base32(@Nullable String text) {
    try {
      return text == null ? null : Base32.decode(text);
    } catch (IllegalArgumentException other) {
      return null;
    }
  }

  @Override
  public String toString() {
    return "SourceTotp[" + id + "]";
  }
}
