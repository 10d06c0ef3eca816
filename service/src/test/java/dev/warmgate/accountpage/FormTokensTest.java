package dev.warmgate.accountpage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.secret.SecretKeys;
import dev.warmgate.testkit.Secrets;
import org.junit.jupiter.api.Test;

final class FormTokensTest {
  private static final String OLD = Secrets.of("k1");

  private final FormTokens tokens = new FormTokens(new SecretKeys(OLD));

  @Test
  void areValidInTheirBrowserAndSessionOnly() {
    String token = tokens.create("browser", "session");

    assertThat(tokens.isValid(token, "browser", "session")).isTrue();
    assertThat(tokens.isValid(token, "another", "session")).isFalse();
    assertThat(tokens.isValid(token, "browser", "another")).isFalse();
    assertThat(tokens.isValid(token, "browser", "")).isFalse();
    assertThat(tokens.isValid(token + "A", "browser", "session")).isFalse();
  }

  @Test
  void neverLookAlike() {
    assertThat(tokens.create("browser", "")).isNotEqualTo(tokens.create("browser", ""));
  }

  @Test
  void outliveTheRotationOfTheSecret() {
    String token = tokens.create("browser", "session");

    FormTokens rotated = new FormTokens(new SecretKeys(Secrets.of("k2") + "," + OLD));

    assertThat(rotated.isValid(token, "browser", "session")).isTrue();
    assertThat(tokens.isValid(rotated.create("browser", ""), "browser", "")).isFalse();
  }

  @Test
  void mayBeGarbage() {
    for (String garbage : new String[] {"", "A", "é", "AAAA", "A".repeat(1000), "{}"}) {
      assertThat(tokens.isValid(garbage, "browser", "session")).isFalse();
    }
  }
}
