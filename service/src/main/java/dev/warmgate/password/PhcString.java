package dev.warmgate.password;

import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An Argon2id hash in the PHC string format, as Argon2's reference implementation writes it.
 *
 * @param memoryKib memory in KiB
 * @param iterations passes over the memory
 */
public record PhcString(int memoryKib, int iterations, int lanes, byte[] salt, byte[] result) {
  private static final Pattern FORM =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,4}),p=(\\d{1,3})"
              + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{6,86})");

  /** Returns the parts of a hash; nothing for any other form. */
  public static Optional<PhcString> parse(String hash) {
    Matcher form = FORM.matcher(hash);
    if (!form.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new PhcString(
              Integer.parseInt(form.group(1)),
              Integer.parseInt(form.group(2)),
              Integer.parseInt(form.group(3)),
              Base64.getDecoder().decode(form.group(4)),
              Base64.getDecoder().decode(form.group(5))));
    } catch (IllegalArgumentException noBase64) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
        .formatted(
            memoryKib,
            iterations,
            lanes,
            base64.encodeToString(salt),
            base64.encodeToString(result));
  }
}
