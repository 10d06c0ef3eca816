package dev.warmgate.password.foreign;

import dev.warmgate.password.HashCost;
import dev.warmgate.secret.Crypto;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * PBKDF2 with HMAC.
 *
 * @param digest {@code sha1}, {@code sha256} or {@code sha512}
 */
record Pbkdf2Hash(String digest, int iterations, byte[] salt, byte[] result)
    implements ForeignHash {
  private static final Pattern FORM =
      Pattern.compile(
          "\\$pbkdf2-(sha1|sha256|sha512)\\$i=(\\d{1,9})\\$"
              + PhcText.BYTES
              + "\\$"
              + PhcText.BYTES);

  private static final int LEAST_RESULT = 16;
  private static final int MOST_RESULT = 256;
  private static final int WEAK_ITERATIONS = 1000;

  Pbkdf2Hash {
    if (iterations < 1
        || salt.length == 0
        || result.length < LEAST_RESULT
        || result.length > MOST_RESULT) {
      throw new IllegalArgumentException("unknown parameters of PBKDF2");
    }
  }

  static Optional<ForeignHash> parse(String text) {
    return PhcText.read(
        FORM.matcher(text),
        form ->
            new Pbkdf2Hash(
                form.group(1),
                PhcText.number(form, 2),
                PhcText.bytes(form, 3),
                PhcText.bytes(form, 4)));
  }

  @Override
  public boolean matches(byte[] secret) {
    return MessageDigest.isEqual(
        result, Crypto.pbkdf2(digest, secret, salt, iterations, result.length));
  }

  @Override
  public HashCost cost() {
    int blockBytes =
        switch (digest) {
          case "sha1" -> 20;
          case "sha256" -> 32;
          default -> 64;
        };
    double millisPerIteration = digest.equals("sha512") ? 0.001 : 0.0006;
    // Each block of the result takes all iterations.
    return new HashCost(
        1, millisPerIteration * iterations * Math.ceilDiv(result.length, blockBytes));
  }

  @Override
  public boolean isTooWeak() {
    return iterations < WEAK_ITERATIONS;
  }

  @Override
  public String toString() {
    return "$pbkdf2-%s$i=%d$%s$%s"
        .formatted(digest, iterations, PhcText.encode(salt), PhcText.encode(result));
  }
}
