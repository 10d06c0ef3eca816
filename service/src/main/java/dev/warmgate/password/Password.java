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
   * @throws IllegalArgumentException if the text holds half a character, which UTF-8 cannot say:
   *     all of them would hash alike
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Password(String text) {
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
