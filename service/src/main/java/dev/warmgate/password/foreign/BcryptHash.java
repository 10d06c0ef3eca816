package dev.warmgate.password.foreign;

import dev.warmgate.password.HashCost;
import dev.warmgate.secret.Crypto;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.BCrypt;

/**
 * bcrypt, of the password's first 72 bytes or, with {@code $bcrypt-sha256} before it, of the
 * SHA-256 of all of them in hexadecimal digits. {@code 2a}, {@code 2b} and {@code 2y} are the same
 * algorithm.
 *
 * @param text the hash in bcrypt's own form
 */
record BcryptHash(String text, boolean ofSha256) implements ForeignHash {
  private static final String OF_SHA256 = "$bcrypt-sha256";

  private static final Pattern FORM =
      Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})");

  private static final String ALPHABET =
      "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final String BASE64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  private static final int LEAST_LOG_ROUNDS = 4;
  private static final int MOST_LOG_ROUNDS = 31;
  private static final int WEAK_LOG_ROUNDS = 5;
  private static final int MOST_BYTES = 72;
  private static final double MILLIS_PER_ROUND = 0.06;
  private static final int MEMORY_KIB = 5;

  BcryptHash {
    int logRounds = logRounds(text);
    if (logRounds < LEAST_LOG_ROUNDS || logRounds > MOST_LOG_ROUNDS) {
      throw new IllegalArgumentException("unknown cost of bcrypt");
    }
  }

  static Optional<ForeignHash> parse(String text) {
    boolean ofSha256 = text.startsWith(OF_SHA256);
    return PhcText.read(
        FORM.matcher(ofSha256 ? text.substring(OF_SHA256.length()) : text),
        form -> new BcryptHash(form.group(), ofSha256));
  }

  @Override
  public boolean matches(byte[] secret) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return false;
    }
    byte[] all =
        ofSha256
            ? HexFormat.of().formatHex(Crypto.sha256(secret)).getBytes(StandardCharsets.US_ASCII)
            : secret;
    byte[] used = Arrays.copyOf(all, Math.min(all.length, MOST_BYTES));
    // With the zero that ends a string in C, if it is that short.
    byte[] computed = BCrypt.generate(used, bytes(form.group(2)), logRounds(text), true);
    byte[] expected = bytes(form.group(3));
    // The last byte of the 24 is not a part of the text.
    return MessageDigest.isEqual(expected, Arrays.copyOf(computed, expected.length));
  }

  private static int logRounds(String text) {
    return Integer.parseInt(text, 4, 6, 10);
  }

  /** Some implementations leave bits behind the last byte, which do not count. */
  private static byte[] bytes(String encoded) {
    StringBuilder standard = new StringBuilder(encoded.length());
    encoded.chars().forEach(c -> standard.append(BASE64.charAt(ALPHABET.indexOf(c))));
    return Base64.getDecoder().decode(standard.toString());
  }

  @Override
  public HashCost cost() {
    return new HashCost(MEMORY_KIB, MILLIS_PER_ROUND * (1L << logRounds(text)));
  }

  @Override
  public boolean isTooWeak() {
    return logRounds(text) < WEAK_LOG_ROUNDS;
  }

  @Override
  public String toString() {
    return ofSha256 ? OF_SHA256 + text : text;
  }
}
