package dev.warmgate.proof;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks that mails to unproven addresses have a common limit, and that it stops no others. */
@Tag("quick")
final class UnprovenCeilingIT {
  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          .with("registration.confirm", "required")
          .with("switches.rate_limits", "true")
          .with("rate_limits.unproven", "3/1h");

  private final ApiClient api = SERVICE.api();

  @Test
  void stopsRegistrationsAndNoResets() {
    String owner = newEmail();
    register(owner);
    Mailed mail = Mailed.newest(SERVICE, owner, "confirm");
    api.post("/api/v1/auth/confirm", Map.of("request_id", mail.requestId(), "code", mail.code()));
    register(newEmail());
    register(newEmail());

    assertThat(register(newEmail()).status()).isEqualTo(429);
    assertThat(register(owner).status()).as("alike").isEqualTo(429);
    assertThat(api.post("/api/v1/auth/forgot", Map.of("email", owner)).status()).isEqualTo(202);
    assertThat(Mailed.count(SERVICE, owner, "reset")).isEqualTo(1);

    String unproven = newEmail();
    SERVICE.sql(
        "INSERT INTO account (id, email, email_key, role) VALUES (gen_random_uuid(), ?, ?, 'user')",
        unproven,
        unproven);
    assertThat(api.post("/api/v1/auth/forgot", Map.of("email", unproven)).status())
        .as("alike")
        .isEqualTo(202);
    assertThat(Mailed.count(SERVICE, unproven, "reset")).isZero();
  }

  private Answer register(String email) {
    return api.post("/api/v1/auth/register", Map.of("email", email, "password", PASSWORD));
  }
}
