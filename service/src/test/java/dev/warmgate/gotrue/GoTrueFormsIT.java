package dev.warmgate.gotrue;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Links and codes are good in the form of the API that they were asked for in, and only there. */
final class GoTrueFormsIT {
  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          .with("supabase_api.enabled", "true")
          .with("registration.confirm", "required")
          .with("proofs.email_login", "true");

  private final ApiClient own = SERVICE.api();
  private final ApiClient api = own.with("x-supabase-api-version", "2024-01-01");
  private final String email = newEmail();

  @Test
  void refusesLinksAndCodesOfTheSupabaseFormInOurOwn() {
    api.post("/auth/v1/signup", Map.of("email", email, "password", PASSWORD));
    Mailed confirm = mail("confirm");
    refusedByOurs("confirm", confirm, Map.of());
    assertThat(verify("signup", confirm).status()).as("it is still good").isEqualTo(200);

    api.post("/auth/v1/recover", Map.of("email", email));
    refusedByOurs("reset", mail("reset"), Map.of("password", PASSWORD));
    api.post("/auth/v1/otp", Map.of("email", email));
    refusedByOurs("email-login/verify", mail("sign-in"), Map.of());
    Answer session = verify("magiclink", mail("sign-in"));
    api.put("/auth/v1/user", session.text("access_token"), Map.of("email", newEmail()));
    refusedByOurs("email/confirm", mail("change-address-current"), Map.of());
  }

  @Test
  void refusesLinksAndCodesOfOurOwnInTheSupabaseForm() {
    own.register(email);
    Mailed confirm = mail("confirm");
    refusedByTheirs("signup", confirm);
    String token =
        own.post("/api/v1/auth/confirm", Map.of("token", confirm.token())).text("access_token");
    assertThat(token).as("it is still good").isNotEmpty();

    own.post("/api/v1/auth/forgot", Map.of("email", email));
    refusedByTheirs("recovery", mail("reset"));
    own.post("/api/v1/auth/email-login", Map.of("email", email));
    refusedByTheirs("magiclink", mail("sign-in"));
    own.post("/api/v1/auth/email", token, Map.of("email", newEmail()));
    refusedByTheirs("email_change", mail("change-address-current"));
  }

  private void refusedByOurs(String path, Mailed mail, Map<String, ?> more) {
    Map<String, Object> link = new HashMap<>(more);
    link.put("token", mail.token());
    assertThat(own.post("/api/v1/auth/" + path, link).code()).as(path).isEqualTo("invalid_proof");
    Map<String, Object> code = new HashMap<>(more);
    code.put("request_id", mail.requestId());
    code.put("code", mail.code());
    assertThat(own.post("/api/v1/auth/" + path, code).code()).as(path).isEqualTo("invalid_proof");
  }

  private void refusedByTheirs(String type, Mailed mail) {
    assertThat(verify(type, mail).code()).as(type).isEqualTo("otp_expired");
    Map<String, String> code = Map.of("type", type, "email", email, "token", mail.code());
    assertThat(api.post("/auth/v1/verify", code).code()).as(type).isEqualTo("otp_expired");
  }

  private Answer verify(String type, Mailed mail) {
    return api.post("/auth/v1/verify", Map.of("type", type, "token_hash", mail.token()));
  }

  private Mailed mail(String kind) {
    return Mailed.newest(SERVICE, email, kind);
  }
}
