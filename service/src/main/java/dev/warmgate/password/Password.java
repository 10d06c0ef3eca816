package dev.warmgate.password;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/**
 * A password as the user typed it, any Unicode, in NFC so that two keyboards make the same one (RFC
 * 8265 section 4.2); nothing is cut off or folded. Never prints itself.
 */
public record Password(String text) {
  /**
   * As many UTF-16 units as {@link PasswordPolicy#MAX_LENGTH} characters can be decomposed into. To
   * normalise takes longer than in proportion, so nothing longer is.
   */
  private static final int MAX_UNITS = 1024;

  /**
   * @throws IllegalArgumentException if the text is longer than any password, or holds half a
   *     character, which UTF-8 cannot say: all of them would hash alike
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Password(String text) {
    if (text.length() > MAX_UNITS) {
      throw new IllegalArgumentException("is too long");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException("must be valid Unicode");
    }
    this.text = Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  /** Characters as a person counts them: code points, not UTF-16 units. */
  int length() {
    return text.codePointCount(0, text.length());
  }

  byte[] utf8() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "Password[…]";
  }
}
