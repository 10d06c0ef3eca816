package dev.warmgate.gotrue;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Mails that are sent again, and where links lead to. */
final class GoTrueResendIT {
  private static final String APP = "https://app.example.com/welcome";
  private static final String TO_APP = "?redirect_to=" + URLEncoder.encode(APP, UTF_8);

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          .with("supabase_api.enabled", "true")
          .with("registration.confirm", "required")
          .with("mail.site_url", "https://app.example.com")
          .with("proofs.redirect_urls", APP);

  private final ApiClient api = SERVICE.api().with("x-supabase-api-version", "2024-01-01");
  private final String email = newEmail();

  @Test
  void asksForNoMailThatWouldTakeThePasswordOfALaterRegistration() {
    assertThat(api.post("/auth/v1/resend", Map.of("type", "signup", "email", email)).status())
        .isEqualTo(200);
    api.post("/auth/v1/signup", Map.of("email", email, "password", PASSWORD));

    api.post(
        "/auth/v1/verify",
        Map.of(
            "type",
            "signup",
            "email",
            email,
            "token",
            Mailed.newest(SERVICE, email, "confirm").code()));

    assertThat(
            api.post(
                    "/auth/v1/token?grant_type=password",
                    Map.of("email", email, "password", PASSWORD))
                .status())
        .isEqualTo(200);
  }

  @Test
  void sendsARegistrationAgainWithALinkToWhereItIsAskedFor() {
    api.post("/auth/v1/signup", Map.of("email", email, "password", PASSWORD));
    for (String path : List.of("/auth/v1/resend", "/auth/v1/resend" + TO_APP)) {
      api.post(path, Map.of("type", "signup", "email", email));
      assertThat(newestRedirect()).isEqualTo(path.contains("?") ? APP : "https://app.example.com");
    }
    ApiClient header = api.with("redirect_to", APP);
    header.post(
        "/auth/v1/recover?redirect_to=https%3A%2F%2Fapp.example.com", Map.of("email", email));
    assertThat(newestRedirect()).as("the header counts for more").isEqualTo(APP);
    header
        .with("redirect_to", "https://elsewhere.example.com")
        .post("/auth/v1/recover" + TO_APP, Map.of("email", email));
    assertThat(newestRedirect()).isEqualTo("https://app.example.com");
  }

  private String newestRedirect() {
    return SERVICE.value(
        "SELECT redirect_to FROM proof WHERE email_key = ? ORDER BY created_at DESC LIMIT 1",
        email);
  }
}
