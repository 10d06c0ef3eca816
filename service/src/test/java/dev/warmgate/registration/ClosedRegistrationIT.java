package dev.warmgate.registration;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.request.Scopes;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.NewServiceKey;
import dev.warmgate.testkit.RunningService;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With {@code registration.mode: off} and without mail; also that the service warms itself up. */
final class ClosedRegistrationIT {
  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService().with("registration.mode", "off").with("switches.warmup_http", "true");

  private final ApiClient api = SERVICE.api();

  @Test
  void letsNobodyRegisterButALoadTest() throws Exception {
    Answer refused = api.register(newEmail());
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.code()).isEqualTo("registration_closed");

    ApiClient test =
        api.with("X-Warmgate-Load-Test", NewServiceKey.with(SERVICE, Scopes.LOAD_TEST));
    assertThat(test.register(UUID.randomUUID() + "@load-test.invalid").status()).isEqualTo(201);
    assertThat(test.register(newEmail()).code()).isEqualTo("registration_closed");
  }

  @Test
  void warmsItselfUpNevertheless() {
    assertThat(api.get("/api/v1/auth/ping").body().at("/warmup").toString())
        .doesNotContain("registration returned");
  }

  @Test
  void offersNothingThatNeedsMail() {
    assertThat(api.post("/api/v1/auth/forgot", Map.of("email", newEmail())).code())
        .isEqualTo("mail_off");
    assertThat(api.post("/api/v1/auth/email-login", Map.of("email", newEmail())).code())
        .isEqualTo("email_login_off");
    assertThat(api.post("/api/v1/auth/reset", Map.of("token", "none", "password", PASSWORD)).code())
        .isEqualTo("invalid_proof");
  }
}
