package dev.warmgate.gotrue;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.NewServiceKey;
import dev.warmgate.testkit.RunningService;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors as the clients know them, settings, and what browsers may do. */
final class GoTrueErrorsIT {
  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("supabase_api.enabled", "true")
          .with("cors.allowed_origins", "https://app.example.com");

  private final ApiClient old = SERVICE.api();
  private final ApiClient api = old.with("x-supabase-api-version", "2024-01-01");

  @Test
  void namesErrorsInBothVersionsOfTheForm() {
    String wrong = "/auth/v1/token?grant_type=password";
    Map<String, String> body = Map.of("email", newEmail(), "password", PASSWORD);

    Answer current = api.post(wrong, body);
    Answer former = old.post(wrong, body);

    assertThat(current.status()).isEqualTo(400);
    assertThat(current.code()).isEqualTo("invalid_credentials");
    assertThat(current.text("message")).isEqualTo("Invalid login credentials");
    assertThat(current.header("x-sb-error-code")).isEqualTo("invalid_credentials");
    assertThat(current.header("x-supabase-api-version")).isEqualTo("2024-01-01");
    assertThat(former.body().path("code").asInt()).isEqualTo(400);
    assertThat(former.text("error_code")).isEqualTo("invalid_credentials");
    assertThat(former.text("msg")).isEqualTo("Invalid login credentials");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          POST   | /auth/v1/signup                    | {}                                       | 422 | anonymous_provider_disabled
          POST   | /auth/v1/signup                    | {"phone":"+1","password":"12345678"}     | 422 | phone_provider_disabled
          POST   | /auth/v1/signup                    | {"email":"no","password":"12345678"}     | 400 | validation_failed
          POST   | /auth/v1/signup                    | {"email":"a@example.com"}                | 400 | validation_failed
          POST   | /auth/v1/signup                    | {"email":"a@example.com","password":"x"} | 422 | weak_password
          POST   | /auth/v1/signup                    | {                                        | 400 | bad_json
          POST   | /auth/v1/signup                    | {"email":"a@example.com"} x              | 400 | bad_json
          POST   | /auth/v1/token                     | {}                                       | 400 | validation_failed
          POST   | /auth/v1/token?grant_type=id_token | {}                                       | 400 | provider_disabled
          POST   | /auth/v1/token?grant_type=web3     | {}                                       | 422 | web3_provider_disabled
          POST   | /auth/v1/token?grant_type=pkce     | {"auth_code":"x","code_verifier":"y"}    | 404 | flow_state_not_found
          POST   | /auth/v1/recover                   | {"email":"a@example.com"}                | 422 | email_provider_disabled
          POST   | /auth/v1/sso                       | {}                                       | 404 | saml_provider_disabled
          GET    | /auth/v1/authorize?provider=github |                                          | 400 | provider_disabled
          DELETE | /auth/v1/user/identities/1         |                                          | 404 | manual_linking_disabled
          POST   | /auth/v1/signup                    | {"email":5,"password":"12345678"}        | 400 | bad_json
          POST   | /auth/v1/signup                    | {"email":"a@example.com","password":12345678} | 400 | bad_json
          POST   | /auth/v1/signup                    | {"email":"a@example.com","password":"12345678","data":[]} | 400 | bad_json
          POST   | /auth/v1/signup                    | {"email":"a@example.com","password":"password"} | 422 | weak_password
          POST   | /auth/v1/otp                       | {"email":"a@example.com","create_user":"no"} | 400 | bad_json
          POST   | /auth/v1/verify                    | {"type":"email","email":"a@example.com","token":123456} | 400 | bad_json
          POST   | /auth/v1/resend                    | {"type":"sms","phone":"+1"}              | 422 | phone_provider_disabled
          POST   | /auth/v1/resend                    | {"type":"recovery","email":"a@example.com"} | 400 | validation_failed
          POST   | /auth/v1/factors                   | {}                                       | 401 | no_authorization
          POST   | /auth/v1/factors/recovery-codes    | {}                                       | 404 | feature_disabled
          POST   | /auth/v1/factors/recovery-codes/verify | {}                                   | 404 | feature_disabled
          DELETE | /auth/v1/factors/1                 |                                          | 404 | mfa_factor_not_found
          PATCH  | /auth/v1/passkeys/1                | {}                                       | 404 | passkey_disabled
          GET    | /auth/v1/admin/users/1/passkeys    |                                          | 404 | passkey_disabled
          GET    | /auth/v1/admin/sso/providers       |                                          | 404 | saml_provider_disabled
          PUT    | /auth/v1/admin/oauth/clients/1     | {}                                       | 404 | feature_disabled
          GET    | /auth/v1/admin/audit               |                                          | 404 | feature_disabled
          PATCH  | /auth/v1/scim/v2/Users/1           | {}                                       | 404 | feature_disabled
          GET    | /auth/v1/user/oauth/grants         |                                          | 404 | feature_disabled
          GET    | /auth/v1/.well-known/openid-configuration |                                   | 404 | feature_disabled
          POST   | /auth/v1/user/identities           | {}                                       | 404 | manual_linking_disabled
          POST   | /auth/v1/passkeys/registration/options | {}                                   | 404 | passkey_disabled
          GET    | /auth/v1/oauth/authorizations/1    |                                          | 404 | feature_disabled
          GET    | /auth/v1/user                      |                                          | 401 | no_authorization
          GET    | /auth/v1/admin/users               |                                          | 401 | no_authorization
          GET    | /auth/v1/nothing                   |                                          | 404 | not_found
          """)
  void saysWhatIsWrong(String method, String path, String body, int status, String code) {
    Answer answer = api.send(api.request(method, path, null, body));

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.text("message")).isNotEmpty();
  }

  @Test
  void saysWhyAPasswordIsWeak() {
    Answer weak = api.post("/auth/v1/signup", Map.of("email", newEmail(), "password", "short"));

    assertThat(weak.text("message")).isEqualTo("Password should be at least 8 characters.");
    assertThat(weak.body().path("weak_password").path("reasons").get(0).asText())
        .isEqualTo("length");
    Answer common =
        api.post("/auth/v1/signup", Map.of("email", newEmail(), "password", "password1"));
    assertThat(common.body().path("weak_password").path("reasons").get(0).asText())
        .isEqualTo("pwned");
    String email = newEmail();
    Answer guessable = api.post("/auth/v1/signup", Map.of("email", email, "password", email));
    assertThat(guessable.body().path("weak_password").path("reasons").get(0).asText())
        .isEqualTo("characters");
    Answer tooLong =
        api.post("/auth/v1/signup", Map.of("email", newEmail(), "password", "x".repeat(257)));
    assertThat(tooLong.code()).isEqualTo("validation_failed");
    assertThat(tooLong.text("message")).isEqualTo("Password cannot be longer than 256 characters");
  }

  @Test
  void refusesATakenAddressWhereNoConfirmationIsNeeded() {
    Map<String, String> body = Map.of("email", newEmail(), "password", PASSWORD);
    api.post("/auth/v1/signup", body);

    Answer again = api.post("/auth/v1/signup", body);

    assertThat(again.code()).isEqualTo("user_already_exists");
    assertThat(again.text("message")).isEqualTo("User already registered");
  }

  @Test
  void ignoresCredentialsAtPublicEndpoints() {
    ApiClient anonymous = api.with("apikey", "eyJhbGciOiJIUzI1NiJ9.e30.x");
    Answer settings =
        anonymous.send(anonymous.request("GET", "/auth/v1/settings", "anything", null));

    assertThat(settings.status()).isEqualTo(200);
    assertThat(settings.body().path("external").path("email").asBoolean()).isTrue();
    assertThat(settings.body().path("mailer_autoconfirm").asBoolean()).isTrue();
    assertThat(settings.body().path("disable_signup").asBoolean(true)).isFalse();
    assertThat(api.get("/auth/v1/health").text("name")).isEqualTo("Warmgate");
    assertThat(api.get("/auth/v1/.well-known/jwks.json").body().path("keys")).isNotEmpty();
  }

  @Test
  void letsThePagesOfAnApplicationReadAnswers() {
    Answer preflight =
        api.send(
            api.request("OPTIONS", "/auth/v1/user", null, null)
                .header("Origin", "https://app.example.com")
                .header("Access-Control-Request-Method", "PUT")
                .header(
                    "Access-Control-Request-Headers",
                    "apikey,authorization,content-type,x-client-info,x-supabase-api-version"));

    assertThat(preflight.status()).isEqualTo(200);
    assertThat(preflight.header("access-control-allow-methods")).contains("PUT");
    assertThat(preflight.header("access-control-allow-headers")).contains("apikey");
    Answer user =
        api.send(
            api.request("GET", "/auth/v1/user", null, null)
                .header("Origin", "https://app.example.com"));
    assertThat(user.header("access-control-expose-headers"))
        .containsIgnoringCase("x-sb-error-code")
        .containsIgnoringCase("link");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/auth/v1/settings", "/auth/v1/.well-known/jwks.json"})
  void refusesTheKeyOfAServiceThatABrowserHas(String path) throws Exception {
    String key = NewServiceKey.with(SERVICE, "admin");
    int before = exposures();

    for (String header : new String[] {"Origin", "Sec-Fetch-Site"}) {
      Answer exposed =
          api.send(
              api.request("GET", path, null, null)
                  .header("apikey", key)
                  .header(header, "https://app.example.com"));
      assertThat(exposed.status()).isEqualTo(403);
      assertThat(exposed.code()).isEqualTo("not_admin");
    }
    Answer node =
        api.send(
            api.request("GET", "/auth/v1/admin/users", null, null)
                .header("apikey", key)
                .header("Sec-Fetch-Mode", "cors"));
    assertThat(node.status()).as("Node.js sends that header, too").isEqualTo(200);
    dev.warmgate.testkit.Eventually.within(
        java.time.Duration.ofSeconds(10), () -> exposures() == before + 2);
  }

  private static int exposures() {
    return Integer.parseInt(
        SERVICE.value("SELECT count(*) FROM audit_event WHERE event = 'service_key.exposed'"));
  }
}
