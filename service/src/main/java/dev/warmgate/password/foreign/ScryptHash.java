package dev.warmgate.password.foreign;

import dev.warmgate.password.HashCost;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * scrypt (RFC 7914).
 *
 * @param logN the binary logarithm of N
 */
record ScryptHash(int logN, int r, int p, byte[] salt, byte[] result) implements ForeignHash {
  private static final Pattern FORM =
      Pattern.compile(
          "\\$scrypt\\$ln=(\\d{1,2}),r=(\\d{1,4}),p=(\\d{1,4})\\$"
              + PhcText.BYTES
              + "\\$"
              + PhcText.BYTES);

  private static final int LEAST_RESULT = 16;
  private static final int MOST_RESULT = 256;
  private static final int MOST_LOG_N = 30;
  private static final double MILLIS_PER_KIB = 0.003;
  private static final int WEAK_KIB = 1024;

  ScryptHash {
    requireParameters(logN, r, p);
    if (salt.length == 0 || result.length < LEAST_RESULT || result.length > MOST_RESULT) {
      throw new IllegalArgumentException("unknown parameters of scrypt");
    }
  }

  static void requireParameters(int logN, int r, int p) {
    if (logN < 1 || logN > MOST_LOG_N || r < 1 || p < 1) {
      throw new IllegalArgumentException("unknown parameters of scrypt");
    }
  }

  static Optional<ForeignHash> parse(String text) {
    return PhcText.read(
        FORM.matcher(text),
        form ->
            new ScryptHash(
                PhcText.number(form, 1),
                PhcText.number(form, 2),
                PhcText.number(form, 3),
                PhcText.bytes(form, 4),
                PhcText.bytes(form, 5)));
  }

  @Override
  public boolean matches(byte[] secret) {
    return MessageDigest.isEqual(result, Sodium.scrypt(secret, salt, logN, r, p, result.length));
  }

  @Override
  public HashCost cost() {
    return cost(logN, r, p);
  }

  static HashCost cost(int logN, int r, int p) {
    long memoryKib = memoryKib(logN, r);
    return new HashCost(memoryKib, MILLIS_PER_KIB * memoryKib * p);
  }

  static boolean isTooWeak(int logN, int r) {
    return memoryKib(logN, r) < WEAK_KIB;
  }

  private static long memoryKib(int logN, int r) {
    return Math.max(1, ((128L * r) << logN) / 1024);
  }

  @Override
  public boolean isTooWeak() {
    return isTooWeak(logN, r);
  }

  @Override
  public String toString() {
    return "$scrypt$ln=%d,r=%d,p=%d$%s$%s"
        .formatted(logN, r, p, PhcText.encode(salt), PhcText.encode(result));
  }
}
