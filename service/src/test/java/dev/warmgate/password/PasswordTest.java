package dev.warmgate.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class PasswordTest {
  @Test
  void treatsComposedAndDecomposedCharactersAlike() {
    assertThat(new Password("cafe\u0301").utf8()).isEqualTo(new Password("caf\u00e9").utf8());
  }

  @Test
  void remembersWhatWasTypedIfThatDiffers() {
    String decomposed = "cafe\u0301";

    assertThat(new Password(decomposed).typedUtf8())
        .hasValueSatisfying(
            typed -> assertThat(typed).isEqualTo(decomposed.getBytes(StandardCharsets.UTF_8)));
    assertThat(new Password("caf\u00e9").typedUtf8()).isEmpty();
  }

  @Test
  void isNeitherTrimmedNorFoldedNorTruncated() {
    String text = "  Passwörd ﬁ ①  " + "x".repeat(300);

    assertThat(new Password(text).utf8()).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void acceptsTheLongestDecomposedForm() {
    // The longest decomposition of one character.
    String parts = "\u03b1\u0313\u0300\u0345";

    assertThat(new Password(parts.repeat(256)).text()).isEqualTo("\u1f82".repeat(256));
    assertThatThrownBy(() -> new Password(parts.repeat(256) + "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("is too long");
  }

  @Test
  void refusesALoneSurrogate() {
    // UTF-8 cannot encode it, so every lone surrogate would hash like a question mark.
    assertThatThrownBy(() -> new Password("half a \ud83d character"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("must be valid Unicode");
  }

  @Test
  void doesNotPrintThePassword() {
    assertThat(new Password("hunter2hunter2").toString()).doesNotContain("hunter2");
  }
}
