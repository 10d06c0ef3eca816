package dev.warmgate.password;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Optional;

/**
 * A password as the user typed it, normalised to NFC so that different keyboards produce the same
 * one (RFC 8265 section 4.2), and never truncated or case-folded. {@link #toString} does not reveal
 * it.
 *
 * @param text the normalised password
 * @param typed the password before that, of which other services made their hashes
 */
public record Password(String text, String typed) {
  /**
   * The most UTF-16 units that {@link PasswordPolicy#MAX_LENGTH} characters can decompose into. The
   * cost of normalisation grows faster than the length, so longer texts are refused before it.
   */
  private static final int MAX_UNITS = 1024;

  /**
   * @throws IllegalArgumentException if the text is too long, or contains an unpaired surrogate:
   *     UTF-8 cannot encode one, so all of them would hash alike
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Password(String typed) {
    this(normalise(typed), typed);
  }

  private static String normalise(String typed) {
    if (typed.length() > MAX_UNITS) {
      throw new IllegalArgumentException("is too long");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(typed)) {
      throw new IllegalArgumentException("must be valid Unicode");
    }
    return Normalizer.normalize(typed, Normalizer.Form.NFC);
  }

  /** Returns the length in code points, not in UTF-16 units. */
  int length() {
    return text.codePointCount(0, text.length());
  }

  byte[] utf8() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the password as it was typed, if that differs from the normalised one. */
  Optional<byte[]> typedUtf8() {
    return typed.equals(text)
        ? Optional.empty()
        : Optional.of(typed.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "Password[…]";
  }
}
