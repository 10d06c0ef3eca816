package dev.warmgate.proof;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks that no client address uses up what all have for mails to unproven addresses. */
final class UnprovenShareIT {
  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          .with("registration.confirm", "required")
          .with("switches.rate_limits", "true")
          .with("trusted_proxies", "127.0.0.0/8")
          .with("rate_limits.unproven_client", "2/1h");

  @Test
  void isTheSameForEveryClientAddress() {
    ApiClient stranger = SERVICE.api().from("10.2.0.1");
    assertThat(stranger.register(newEmail()).status()).isEqualTo(202);
    assertThat(stranger.register(newEmail()).status()).isEqualTo(202);

    assertThat(stranger.register(newEmail()).status()).isEqualTo(429);
    assertThat(SERVICE.api().from("10.2.0.2").register(newEmail()).status()).isEqualTo(202);
  }

  @Test
  void isTakenFromByMailsOnly() {
    ApiClient stranger = SERVICE.api().from("10.2.0.3");
    String email = newEmail();
    assertThat(stranger.register(email).status()).isEqualTo(202);
    for (int i = 0; i < 3; i++) {
      assertThat(stranger.register(email).status()).as("back-off").isEqualTo(429);
      assertThat(
              stranger
                  .post("/api/v1/auth/register", Map.of("email", newEmail(), "password", "short"))
                  .status())
          .isEqualTo(422);
    }

    assertThat(stranger.register(newEmail()).status()).isEqualTo(202);
  }
}
