package dev.warmgate.gotrue;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Browser;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Changes passwords and addresses in the Supabase form. */
final class GoTrueUserIT {
  private static final String OTHER = "seven quiet lanterns";
  private static final String APP = "https://app.example.com/welcome";
  private static final String TO_APP = "?redirect_to=" + URLEncoder.encode(APP, UTF_8);

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          .onThePortOfItsIssuer()
          .with("supabase_api.enabled", "true")
          .with("registration.confirm", "required")
          .with("proofs.email_login", "true")
          .with("mail.site_url", "https://app.example.com")
          .with("proofs.redirect_urls", APP);

  private final ApiClient api = SERVICE.api().with("x-supabase-api-version", "2024-01-01");
  private final String email = newEmail();

  @Test
  void setsANewPasswordInASessionOfTheMail() {
    confirmed(email);
    api.post("/auth/v1/recover" + TO_APP, Map.of("email", email));
    Mailed mail = mail("reset");
    Browser browser = Browser.withoutRedirectsAt(SERVICE.issuer());
    browser.open("/account/link/reset?token=" + mail.token());
    assertThat(browser.open("/account/link/reset").body()).doesNotContain("new_password");

    Map<String, String> fragment = fragment(location(browser.press("/account/link/reset", "")));

    assertThat(fragment).containsEntry("type", "recovery");
    String token = fragment.get("access_token");
    assertThat(api.put("/auth/v1/user", token, Map.of("password", OTHER)).status()).isEqualTo(200);
    assertThat(signIn(email, OTHER).status()).isEqualTo(200);
    assertThat(api.put("/auth/v1/user", token, Map.of("password", PASSWORD)).code())
        .as("once")
        .isEqualTo("current_password_required");
  }

  @Test
  void takesANonceInPlaceOfThePassword() {
    Answer session = confirmed(email);
    String token = session.text("access_token");
    assertEmpty(api.get("/auth/v1/reauthenticate", token));
    Mailed mail = mail("reauthenticate");

    assertThat(
            api.put("/auth/v1/user", token, Map.of("password", OTHER, "nonce", mail.wrongCode()))
                .code())
        .isEqualTo("reauthentication_not_valid");
    assertThat(
            api.put("/auth/v1/user", token, Map.of("password", PASSWORD, "nonce", mail.code()))
                .code())
        .isEqualTo("same_password");
    assertThat(
            api.put("/auth/v1/user", token, Map.of("password", "short", "nonce", mail.code()))
                .code())
        .isEqualTo("weak_password");
    Map<String, String> good = Map.of("password", OTHER, "nonce", mail.code());
    assertThat(api.put("/auth/v1/user", token, good).status()).isEqualTo(200);
    assertThat(api.put("/auth/v1/user", token, good).code())
        .as("once")
        .isEqualTo("reauthentication_not_valid");
    assertThat(signIn(email, OTHER).status()).isEqualTo(200);
  }

  @Test
  void keepsNumbersOfMetadataAsTheyAreWritten() {
    String token = confirmed(email).text("access_token");
    for (String number : new String[] {"1e400", "0.12345678901234567890123", "1.10"}) {
      Answer changed = put(token, "{\"data\": {\"n\": " + number + "}}");
      assertThat(changed.status()).as(changed.body().toString()).isEqualTo(200);
      assertThat(
              SERVICE.value(
                  "SELECT user_metadata -> 'n' = CAST(? AS jsonb) FROM account WHERE email = ?",
                  number,
                  email))
          .isEqualTo("t");
    }
    assertThat(put(token, "{\"data\": {\"n\": 1e999999999}}").status()).isEqualTo(400);
    String own = SERVICE.api().login(email, PASSWORD).text("access_token");
    assertThat(
            SERVICE
                .api()
                .send(
                    SERVICE
                        .api()
                        .request(
                            "PATCH", "/api/v1/auth/me", own, "{\"user_metadata\": {\"n\": 1e400}}"))
                .code())
        .as("whose other numbers are those of JavaScript")
        .isEqualTo("validation_failed");
  }

  private Answer put(String token, String body) {
    return api.send(api.request("PUT", "/auth/v1/user", token, body));
  }

  @Test
  void changesTheAddressOnceBothHaveConfirmed() {
    String token = confirmed(email).text("access_token");
    String wanted = newEmail();
    api.put("/auth/v1/user", token, Map.of("email", wanted));

    Answer half =
        verify(
            "email_change", email, Mailed.newest(SERVICE, email, "change-address-current").code());
    assertThat(half.body().path("msg").asText()).contains("other email");
    Answer whole =
        verify("email_change", wanted, Mailed.newest(SERVICE, wanted, "change-address-new").code());

    assertThat(whole.text("email")).isEqualTo(wanted);
    assertThat(api.get("/auth/v1/user", token).text("email")).isEqualTo(wanted);
  }

  @Test
  void changesPasswordAndAddressTogether() {
    String token = confirmed(email).text("access_token");
    String wanted = newEmail();
    Map<String, String> both =
        Map.of("email", wanted, "password", OTHER, "current_password", PASSWORD);

    assertThat(api.put("/auth/v1/user", token, both).text("new_email")).isEqualTo(wanted);

    verify("email_change", email, Mailed.newest(SERVICE, email, "change-address-current").code());
    verify("email_change", wanted, Mailed.newest(SERVICE, wanted, "change-address-new").code());
    assertThat(signIn(wanted, OTHER).status()).isEqualTo(200);
  }

  @Test
  void endsAChangeOfAddressWithALaterPassword() {
    String token = confirmed(email).text("access_token");
    api.put("/auth/v1/user", token, Map.of("email", newEmail()));
    api.put("/auth/v1/user", token, Map.of("password", OTHER, "current_password", PASSWORD));

    String code = Mailed.newest(SERVICE, email, "change-address-current").code();
    assertThat(verify("email_change", email, code).status())
        .as("the first half changes nothing yet")
        .isEqualTo(200);
    String fresh = Mailed.newest(SERVICE, newAddress(), "change-address-new").code();
    assertThat(verify("email_change", newAddress(), fresh).code()).isEqualTo("otp_expired");
  }

  private String newAddress() {
    return SERVICE.value(
        "SELECT new_email FROM proof WHERE address = ? AND kind = 'change-address-current'", email);
  }

  @Test
  void sendsTheMailsOfAChangeAgainAndRecordsItOnce() {
    String token = confirmed(email).text("access_token");
    String wanted = newEmail();
    api.put("/auth/v1/user", token, Map.of("email", wanted));
    Mailed first = Mailed.newest(SERVICE, wanted, "change-address-new");

    assertEmpty(api.post("/auth/v1/resend", Map.of("type", "email_change", "email", email)));

    assertThat(Mailed.newest(SERVICE, wanted, "change-address-new").requestId())
        .isNotEqualTo(first.requestId());
    assertThat(
            SERVICE.value(
                "SELECT count(*) FROM audit_event JOIN account ON account.id = account_id"
                    + " WHERE email = ? AND event = 'address_change.requested'",
                email))
        .isEqualTo("2");
    assertThat(
            SERVICE.value(
                "SELECT count(*) FROM audit_event"
                    + " WHERE account_id IS NULL AND event = 'address_change.requested'"))
        .isEqualTo("0");
  }

  @Test
  void needsAFreshProofToChangeTheAddress() {
    Answer session = confirmed(email);
    SERVICE.sql(
        "UPDATE session SET created_at = session.created_at - INTERVAL '6 min',"
            + " methods = 'password@1000000000' FROM account"
            + " WHERE account.id = account_id AND email = ?",
        email);
    String old =
        api.post(
                "/auth/v1/token?grant_type=refresh_token",
                Map.of("refresh_token", session.text("refresh_token")))
            .text("access_token");

    assertThat(api.put("/auth/v1/user", old, Map.of("email", newEmail())).code())
        .isEqualTo("reauthentication_needed");
    Map<String, String> proven = Map.of("email", newEmail(), "current_password", PASSWORD);
    assertThat(api.put("/auth/v1/user", old, proven).status()).isEqualTo(200);
  }

  private Answer signUp(String address, String password, Map<String, ?> more) {
    Map<String, Object> body = new HashMap<>(more);
    body.put("email", address);
    body.put("password", password);
    return api.post("/auth/v1/signup" + TO_APP, body);
  }

  private Answer confirmed(String address) {
    signUp(address, PASSWORD, Map.of());
    return verify("signup", address, Mailed.newest(SERVICE, address, "confirm").code());
  }

  private Answer signIn(String address, String password) {
    return api.post(
        "/auth/v1/token?grant_type=password", Map.of("email", address, "password", password));
  }

  private Answer verify(String type, String address, String code) {
    return api.post("/auth/v1/verify", Map.of("type", type, "email", address, "token", code));
  }

  private Mailed mail(String kind) {
    return Mailed.newest(SERVICE, email, kind);
  }

  private static String location(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(303);
    return response.headers().firstValue("location").orElse("");
  }

  private static Map<String, String> fragment(String url) {
    Map<String, String> values = new HashMap<>();
    for (String pair : URI.create(url).getRawFragment().split("&", -1)) {
      String[] parts = pair.split("=", 2);
      values.put(parts[0], parts[1]);
    }
    return values;
  }

  private static void assertEmpty(Answer answer) {
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
    assertThat(answer.body().isObject()).isTrue();
    assertThat(answer.body()).isEmpty();
  }
}
