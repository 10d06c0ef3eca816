package dev.warmgate.password.foreign;

import dev.warmgate.password.HashCost;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Argon2i or Argon2id of version 1.3 of a password that was not normalised. {@code $argon2id-raw}
 * tells such a hash from this service's own ones.
 *
 * @param type {@code i} or {@code id}
 */
record Argon2Hash(String type, int memoryKib, int iterations, int lanes, byte[] salt, byte[] result)
    implements ForeignHash {
  private static final Pattern FORM =
      Pattern.compile(
          "\\$argon2(i|id-raw)\\$v=19\\$m=(\\d{1,8}),t=(\\d{1,5}),p=(\\d{1,3})\\$"
              + PhcText.BYTES
              + "\\$"
              + PhcText.BYTES);

  private static final int LEAST_SALT = 8;
  private static final int LEAST_RESULT = 16;
  private static final int WEAK_KIB = 1024;

  Argon2Hash {
    // What libsodium can verify.
    if (lanes < 1
        || iterations < 1
        || memoryKib < 8 * lanes
        || salt.length < LEAST_SALT
        || result.length < LEAST_RESULT) {
      throw new IllegalArgumentException("unknown parameters of Argon2");
    }
  }

  static Optional<ForeignHash> parse(String text) {
    return PhcText.read(
        FORM.matcher(text),
        form ->
            new Argon2Hash(
                form.group(1).equals("i") ? "i" : "id",
                PhcText.number(form, 2),
                PhcText.number(form, 3),
                PhcText.number(form, 4),
                PhcText.bytes(form, 5),
                PhcText.bytes(form, 6)));
  }

  @Override
  public boolean matches(byte[] secret) {
    return Sodium.isArgon2Of(text("argon2" + type), secret);
  }

  @Override
  public HashCost cost() {
    return HashCost.argon2(memoryKib, iterations);
  }

  @Override
  public boolean isTooWeak() {
    return memoryKib < WEAK_KIB;
  }

  private String text(String scheme) {
    return "$%s$v=19$m=%d,t=%d,p=%d$%s$%s"
        .formatted(
            scheme, memoryKib, iterations, lanes, PhcText.encode(salt), PhcText.encode(result));
  }

  @Override
  public String toString() {
    return text(type.equals("i") ? "argon2i" : "argon2id-raw");
  }
}
