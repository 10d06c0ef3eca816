package dev.warmgate.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests what tokens say of how their users have proven who they are. */
final class AmrTest {
  private static final Instant FIRST = Instant.ofEpochSecond(1_764_412_800);

  @Test
  void keepsTheOrderAndTheNewestTimes() {
    Amr amr =
        Amr.of(Amr.PASSWORD, FIRST)
            .and(Amr.TOTP, FIRST.plusSeconds(5))
            .and(Amr.PASSKEY, FIRST.plusSeconds(60))
            .and(Amr.TOTP, FIRST.plusSeconds(90));

    assertThat(amr.text()).isEqualTo("password@1764412800 webauthn@1764412860 totp@1764412890");
    assertThat(amr.timed())
        .containsExactly(
            Map.entry("password", 1_764_412_800L),
            Map.entry("webauthn", 1_764_412_860L),
            Map.entry("totp", 1_764_412_890L));
  }

  @Test
  void hasTheNamesOfTheRegistry() {
    Amr first = Amr.of(Amr.PASSWORD, FIRST);

    assertThat(first.claim(1)).containsExactly("pwd");
    assertThat(first.and(Amr.TOTP, FIRST).and(Amr.RECOVERY_CODE, FIRST).claim(2))
        .containsExactly("pwd", "otp", "mfa");
    assertThat(first.by("email/signup").claim(1)).containsExactly("email/signup");
    assertThat(Amr.of(Amr.PASSKEY, FIRST).claim(2)).containsExactly("pop", "mfa");
  }
}
