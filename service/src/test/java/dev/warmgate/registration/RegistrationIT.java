package dev.warmgate.registration;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.request.Scopes;
import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.NewServiceKey;
import dev.warmgate.testkit.RunningService;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With {@code registration.confirm: required}. */
final class RegistrationIT {
  private static final String OTHER = "seven quiet lanterns";

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService())
          .with("registration.confirm", "required")
          .with("proofs.redirect_urls", "https://app.example.com/welcome");

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();

  @Test
  @Tag("quick")
  void createsTheAccountOnceItsAddressIsConfirmed() throws Exception {
    Answer asked = register(email, PASSWORD);
    assertThat(asked.status()).isEqualTo(202);
    assertThat(accounts()).isZero();
    Mailed mail = confirmation();
    assertThat(asked.text("request_id")).isEqualTo(mail.requestId().toString());

    Answer confirmed = code(mail);

    assertThat(confirmed.status()).isEqualTo(200);
    assertThat(claim(confirmed, "email_verified")).isEqualTo(true);
    Answer me = api.me(confirmed.text("access_token"));
    assertThat(me.text("email")).isEqualTo(email);
    assertThat(me.body().path("email_verified").asBoolean()).isTrue();
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
    Answer refreshed = api.refresh(confirmed.text("refresh_token"));
    assertThat(claim(refreshed, "email_verified")).isEqualTo(true);
    assertThat(code(mail).code()).as("again").isEqualTo("invalid_proof");
  }

  @Test
  void tellsOnlyThoseWhoKnowThePasswordThatAConfirmationIsMissing() throws Exception {
    register(email, PASSWORD);

    Answer wrong = api.login(email, OTHER);
    assertThat(wrong.code()).isEqualTo("invalid_credentials");
    assertRecordedOfNoAccount(wrong);
    Answer right = api.login(email, PASSWORD);
    assertThat(right.status()).isEqualTo(403);
    assertThat(right.code()).isEqualTo("email_not_confirmed");
  }

  @Test
  void believesThePasswordOnlyOfTheClientThatRegistered() {
    register(email, PASSWORD);
    Mailed mail = confirmation();

    Answer elsewhere = api.post("/api/v1/auth/confirm", Map.of("token", mail.token()));

    assertThat(elsewhere.status()).isEqualTo(200);
    assertThat(api.login(email, PASSWORD).status()).as("the stranger's password").isEqualTo(401);
    Answer set =
        api.post(
            "/api/v1/auth/password", elsewhere.text("access_token"), Map.of("new_password", OTHER));
    assertThat(set.status()).as("a fresh login replaces the missing password").isEqualTo(200);
    assertThat(api.login(email, OTHER).status()).isEqualTo(200);
  }

  @Test
  void takesTheLinkInTheBrowserThatRegistered() {
    Answer asked = register(email, PASSWORD);
    String own = asked.text("request_id");

    Answer confirmed =
        api.post(
            "/api/v1/auth/confirm", Map.of("token", confirmation().token(), "request_id", own));

    assertThat(confirmed.status()).isEqualTo(200);
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void replacesThePasswordWithTheOneThatComesWithTheLink() {
    register(email, PASSWORD);

    Answer confirmed =
        api.post(
            "/api/v1/auth/confirm", Map.of("token", confirmation().token(), "password", OTHER));

    assertThat(confirmed.status()).isEqualTo(200);
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(401);
    assertThat(api.login(email, OTHER).status()).isEqualTo(200);
  }

  @Test
  void keepsOlderLinksGoodUntilOneIsUsed() {
    Answer asked = register(email, PASSWORD);
    Mailed first = confirmation();
    Answer again = api.post("/api/v1/auth/confirm/resend", Map.of("request_id", first.requestId()));
    assertThat(again.status()).isEqualTo(202);
    assertThat(again.text("request_id")).isNotEqualTo(asked.text("request_id"));

    Answer confirmed =
        api.post(
            "/api/v1/auth/confirm",
            Map.of("token", first.token(), "request_id", again.text("request_id")));

    assertThat(confirmed.status()).isEqualTo(200);
    assertThat(api.login(email, PASSWORD).status())
        .as("the client asked for both mails")
        .isEqualTo(200);
  }

  @Test
  void answersAlikeForTheAddressOfAnAccountAndTellsItsOwner() {
    register(email, PASSWORD);
    Mailed own = confirmation();
    assertThat(code(own).status()).isEqualTo(200);

    Answer known = register(email, OTHER);
    Answer unknown = register(newEmail(), OTHER);

    assertThat(known.status()).isEqualTo(unknown.status()).isEqualTo(202);
    assertThat(known.body().properties()).hasSameSizeAs(unknown.body().properties());
    assertThat(Mailed.count(SERVICE, email, "already-registered")).isEqualTo(1);
    assertThat(Mailed.count(SERVICE, email, "confirm")).isEqualTo(1);
    assertThat(api.login(email, OTHER).code())
        .as("as for an unknown address")
        .isEqualTo("email_not_confirmed");
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void invites() {
    String admin = admin();
    Answer invited =
        api.post("/api/v1/admin/invitations", admin, Map.of("email", email, "locale", "de"));
    assertThat(invited.status()).isEqualTo(204);
    Mailed mail = Mailed.newest(SERVICE, email, "invite");

    Answer accepted =
        api.post(
            "/api/v1/auth/accept-invitation", Map.of("token", mail.token(), "password", PASSWORD));

    assertThat(accepted.status()).isEqualTo(200);
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
    assertThat(SERVICE.value("SELECT locale FROM account WHERE email = ?", email)).isEqualTo("de");
    assertThat(api.post("/api/v1/admin/invitations", admin, Map.of("email", email)).code())
        .isEqualTo("email_taken");
  }

  @Test
  void makesConfirmedAccountsForLoadTestsInTheirDomainOnly() throws Exception {
    ApiClient test =
        api.with("X-Warmgate-Load-Test", NewServiceKey.with(SERVICE, Scopes.LOAD_TEST));
    String user = UUID.randomUUID() + "@load-test.invalid";

    Answer registered =
        test.post("/api/v1/auth/register", Map.of("email", user, "password", PASSWORD));

    assertThat(registered.status()).isEqualTo(201);
    assertThat(claim(registered, "email_verified")).isEqualTo(true);
    assertThat(
            test.post("/api/v1/auth/register", Map.of("email", email, "password", PASSWORD))
                .status())
        .isEqualTo(202);
    assertThat(register(UUID.randomUUID() + "@load-test.invalid", PASSWORD).status())
        .as("without the key")
        .isEqualTo(202);
  }

  @Test
  void refusesRedirectsThatAreNotOnTheList() {
    for (String wrong :
        new String[] {"https://app.example.com/", "https://app.example.com/welcome?x=1"}) {
      assertThat(registerLeadingTo(wrong).code()).as(wrong).isEqualTo("validation_failed");
    }
    assertThat(registerLeadingTo("https://app.example.com/welcome").status()).isEqualTo(202);
  }

  private Answer registerLeadingTo(String redirect) {
    return api.post(
        "/api/v1/auth/register",
        Map.of("email", email, "password", PASSWORD, "redirect_to", redirect));
  }

  @Test
  void keepsNoSecretOfItsMails() {
    register(email, PASSWORD);
    Mailed mail = confirmation();

    for (String table : new String[] {"mail", "proof", "proof_request", "audit_event"}) {
      String rows = SERVICE.value("SELECT string_agg(t::text, ' ') FROM " + table + " AS t");
      assertThat(rows).as(table).doesNotContain(mail.token(), PASSWORD);
    }
    assertThat(
            SERVICE.value(
                "SELECT string_agg(m::text, ' ') FROM mail AS m WHERE address = ?", email))
        .doesNotContain(mail.code());
  }

  private Answer register(String address, String password) {
    return api.post("/api/v1/auth/register", Map.of("email", address, "password", password));
  }

  private Mailed confirmation() {
    return Mailed.newest(SERVICE, email, "confirm");
  }

  private Answer code(Mailed mail) {
    return api.post(
        "/api/v1/auth/confirm", Map.of("request_id", mail.requestId(), "code", mail.code()));
  }

  private static void assertRecordedOfNoAccount(Answer refused) throws Exception {
    String count = "SELECT count(*) FROM audit_event WHERE account_id IS NULL AND request_id = ?";
    String request = refused.header("X-Request-Id");
    Eventually.within(Duration.ofSeconds(20), () -> SERVICE.value(count, request).equals("1"));
  }

  private int accounts() {
    return Integer.parseInt(
        SERVICE.value("SELECT count(*) FROM account WHERE email_key = ?", email));
  }

  /** Makes an account as it was made before confirmation was required; returns its id. */
  private String unproven(String address, String password) {
    register(address, password);
    assertThat(code(Mailed.newest(SERVICE, address, "confirm")).status()).isEqualTo(200);
    SERVICE.sql("UPDATE account SET email_confirmed_at = NULL WHERE email = ?", address);
    SERVICE.sql("DELETE FROM mail WHERE address = ?", address);
    SERVICE.sql("DELETE FROM proof WHERE address = ?", address);
    return SERVICE.value("SELECT id FROM account WHERE email = ?", address);
  }

  private String admin() {
    String address = newEmail();
    unproven(address, PASSWORD);
    return AdminAccount.promote(SERVICE, api, address).text("access_token");
  }

  private static Object claim(Answer answer, String name) throws Exception {
    byte[] claims = Base64.getUrlDecoder().decode(answer.text("access_token").split("\\.", -1)[1]);
    return new ObjectMapper().readValue(claims, Map.class).get(name);
  }
}
