package dev.warmgate.password.foreign;

import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;

/** Reads and writes the parts of texts in the PHC string format. */
final class PhcText {
  /** A group of a pattern: bytes in base64 without padding. */
  static final String BYTES = "([A-Za-z0-9+/]{2,700})";

  private PhcText() {}

  static String encode(byte[] bytes) {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Reads the numbers and bytes that the matcher has found; nothing if one is out of range. */
  static <T> Optional<T> read(Matcher form, Parts<T> parts) {
    if (!form.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(parts.of(form));
    } catch (IllegalArgumentException outOfRange) {
      return Optional.empty();
    }
  }

  static int number(Matcher form, int group) {
    return Integer.parseInt(form.group(group));
  }

  static byte[] bytes(Matcher form, int group) {
    return Base64.getDecoder().decode(form.group(group));
  }

  /** Makes a hash of what was found, or throws an {@link IllegalArgumentException}. */
  interface Parts<T> {
    T of(Matcher form);
  }
}
