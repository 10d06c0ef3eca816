package dev.warmgate.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PasswordTest {
  private final PasswordPolicy policy = new PasswordPolicy();

  @Test
  void isTheSameComposedAndDecomposed() {
    assertThat(new Password("cafe\u0301").utf8()).isEqualTo(new Password("caf\u00e9").utf8());
  }

  @Test
  void isNeitherTrimmedNorFoldedNorCut() {
    String text = "  Passwörd ﬁ ①  " + "x".repeat(300);

    assertThat(new Password(text).utf8()).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void countsCharactersAsAPersonDoes() {
    policy.check("password", new Password("🔥".repeat(8)));
    policy.check("password", new Password("🔥".repeat(256)));
    assertWeak("🔥".repeat(7));
    assertWeak("🔥".repeat(257));
  }

  @Test
  void isCountedAfterItWasComposed() {
    assertWeak("e\u0301".repeat(7));
    policy.check("password", new Password("e\u0301".repeat(256)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"password", "Password1", "PASSWORD1", "12345678", "qwertyuiop", "iloveyou"})
  void mayNotBeACommonOneInAnyCase(String common) {
    assertWeak(common);
  }

  @ParameterizedTest
  @ValueSource(strings = {"        ", "ünïcödé!", "lower case only phrase", "0000 0000 0001"})
  void mayBeAnythingElse(String text) {
    policy.check("password", new Password(text));
  }

  @Test
  void mayNotHoldHalfACharacter() {
    // UTF-8 cannot express it: every such half would hash like a question mark.
    assertThatThrownBy(() -> new Password("half a \ud83d character"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("must be valid Unicode");
  }

  @Test
  void neverPrintsItself() {
    assertThat(new Password("hunter2hunter2").toString()).doesNotContain("hunter2");
  }

  private void assertWeak(String text) {
    assertThatThrownBy(() -> policy.check("password", new Password(text)))
        .isInstanceOfSatisfying(
            ApiException.class,
            refusal -> assertThat(refusal.type()).isEqualTo(ProblemType.WEAK_PASSWORD));
  }
}
