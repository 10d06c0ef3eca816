package dev.warmgate.accountpage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PendingStepTest {
  @Test
  void isReadAsItWasWritten() {
    for (String redirectTo : new String[] {null, "https://app.example.com/a?b=c"}) {
      PendingStep step =
          new PendingStep("token", List.of("totp", "recovery_code"), redirectTo, "reset");

      assertThat(PendingStep.read(step.write())).contains(step);
    }
  }

  /** What is said afterwards becomes a part of a URL. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", "token", "token totp -", "token totp - ", "token totp - a\r\nb", "t x - a&b"})
  void mayBeGarbage(String text) {
    String cookie = Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));

    assertThat(PendingStep.read(cookie)).isEmpty();
    assertThat(PendingStep.read("é" + text)).isEmpty();
  }
}
