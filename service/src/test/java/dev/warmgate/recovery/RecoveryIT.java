package dev.warmgate.recovery;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.mail.MailDao;
import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RunningService;
import java.sql.Connection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RecoveryIT {
  private static final String NEW_PASSWORD = "seven quiet lanterns";

  /** Housekeeping, which deletes rows, would disturb the tests that count them. */
  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService().withManyConnections()).with("housekeeping.interval", "1h");

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Answer session = api.register(email);

  @Test
  @Tag("quick")
  void setsAPasswordByCodeAndEndsEverySession() {
    Answer asked = forgot(email);
    assertThat(asked.status()).isEqualTo(202);
    Mailed mail = newest();
    assertThat(asked.text("request_id")).isEqualTo(mail.requestId().toString());

    Answer reset = byCode(mail, mail.code());

    assertThat(reset.status()).isEqualTo(200);
    Answer me = api.me(reset.text("access_token"));
    assertThat(me.text("email")).isEqualTo(email);
    assertThat(me.body().path("email_verified").asBoolean()).isTrue();
    assertThat(api.me(session.text("access_token")).code()).isEqualTo("session_ended");
    assertThat(api.refresh(session.text("refresh_token")).code()).isEqualTo("session_ended");
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(401);
    assertThat(api.login(email, NEW_PASSWORD).status()).isEqualTo(200);
    assertThat(Mailed.count(SERVICE, email, "password-changed")).isEqualTo(1);
  }

  @Test
  void keepsNoLanguageOrSpellingOfWhoeverRegistered() {
    String own = newEmail();
    String spelled = own.toUpperCase(Locale.ROOT);
    api.post(
        "/api/v1/auth/register", Map.of("email", spelled, "password", PASSWORD, "locale", "de"));
    forgot(own);

    Answer reset = byLink(Mailed.newest(SERVICE, spelled, "reset"));

    assertThat(api.me(reset.text("access_token")).text("email")).isEqualTo(own);
    assertThat(SERVICE.value("SELECT locale IS NULL FROM account WHERE email = ?", own))
        .isEqualTo("t");
  }

  @Test
  void usesALinkOnce() {
    forgot(email);
    Mailed mail = newest();

    assertThat(byLink(mail).status()).isEqualTo(200);
    assertThat(byLink(mail).code()).isEqualTo("invalid_proof");
    assertThat(byCode(mail, mail.code()).code()).isEqualTo("invalid_proof");
  }

  @Test
  void letsOneOfManyConcurrentRequestsUseALink() throws Exception {
    forgot(email);
    Mailed mail = newest();

    List<Integer> statuses = Parallel.run(8, _ -> byLink(mail).status());

    assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 403);
  }

  @Test
  void keepsTheLinkAfterAWeakPassword() {
    forgot(email);
    Mailed mail = newest();

    assertThat(
            api.post("/api/v1/auth/reset", Map.of("token", mail.token(), "password", "short"))
                .code())
        .isEqualTo("weak_password");
    assertThat(byLink(mail).status()).isEqualTo(200);
  }

  @Test
  void keepsOlderLinksUntilOneIsUsed() {
    forgot(email);
    Mailed first = newest();
    forgot(email);
    Mailed second = newest();

    assertThat(byLink(first).status()).isEqualTo(200);
    assertThat(byLink(second).code()).isEqualTo("invalid_proof");
  }

  @Test
  void writesTheSameRowsForAnUnknownAddressAndSendsNothing() {
    String unknown = newEmail();
    int before = rows();
    Answer known = forgot(email);
    int between = rows();
    Answer other = forgot(unknown);

    assertThat(other.status()).isEqualTo(known.status()).isEqualTo(202);
    assertThat(rows() - between).isEqualTo(between - before);
    assertThat(Mailed.count(SERVICE, unknown, "reset")).isZero();
    assertThat(Mailed.count(SERVICE, "", "reset")).isZero();
    assertThat(
            api.post(
                    "/api/v1/auth/reset",
                    Map.of(
                        "request_id",
                        other.text("request_id"),
                        "code",
                        "000000",
                        "password",
                        NEW_PASSWORD))
                .code())
        .isEqualTo("invalid_proof");
  }

  @Test
  void keepsNoRowsThatAreNotToBeSent() throws Exception {
    forgot(email);
    forgot(newEmail());
    try (Connection connection = SERVICE.connection();
        Handle housekeeping = Jdbi.create(connection).installPlugin(new SqlObjectPlugin()).open()) {
      assertThat(housekeeping.attach(MailDao.class).purge(604_800, 1000)).isPositive();
    }

    assertThat(SERVICE.value("SELECT count(*) FROM mail WHERE address = ''")).isEqualTo("0");
    assertThat(Mailed.count(SERVICE, email, "reset")).isEqualTo(1);
  }

  @Test
  void hasNoUseForTheProofsOfAnotherFeature() {
    forgot(email);
    Mailed mail = newest();

    assertThat(api.post("/api/v1/auth/confirm", Map.of("token", mail.token())).code())
        .isEqualTo("invalid_proof");
    assertThat(api.post("/api/v1/auth/email/confirm", Map.of("token", mail.token())).code())
        .isEqualTo("invalid_proof");
    assertThat(byLink(mail).status()).as("it was not used up").isEqualTo(200);
  }

  @Test
  void needsALinkOrACodeWithItsRequest() {
    for (Map<String, String> incomplete :
        List.of(
            Map.of("password", NEW_PASSWORD),
            Map.of("password", NEW_PASSWORD, "code", "123456"),
            Map.of("password", NEW_PASSWORD, "code", "123456", "token", "x"))) {
      assertThat(api.post("/api/v1/auth/reset", incomplete).code())
          .as("%s", incomplete.keySet())
          .isEqualTo("validation_failed");
    }
  }

  @Test
  void runsOut() {
    forgot(email);
    Mailed mail = newest();
    SERVICE.sql("UPDATE proof SET expires_at = now() WHERE id = ?", mail.requestId());

    assertThat(byLink(mail).code()).isEqualTo("invalid_proof");
  }

  @Test
  void isNotForDisabledAccounts() {
    forgot(email);
    Mailed mail = newest();
    SERVICE.sql("UPDATE account SET disabled_at = now() WHERE email = ?", email);

    assertThat(byLink(mail).code()).isEqualTo("invalid_proof");
    int mails = Mailed.count(SERVICE, email, "reset");
    assertThat(forgot(email).status()).isEqualTo(202);
    assertThat(Mailed.count(SERVICE, email, "reset")).isEqualTo(mails);
  }

  @Test
  void givesAPasswordToAnAccountWithoutOne() {
    SERVICE.sql("UPDATE account SET password_hash = NULL WHERE email = ?", email);
    assertThat(api.login(email, PASSWORD).code()).isEqualTo("invalid_credentials");
    assertThat(api.login(email, "no account has this password").code())
        .as("the password of the decoy hash")
        .isEqualTo("invalid_credentials");

    forgot(email);
    assertThat(byLink(newest()).status()).isEqualTo(200);
    assertThat(api.login(email, NEW_PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void letsAnAccountWithoutAPasswordBeDeletedAfterAFreshLogin() {
    SERVICE.sql(
        "UPDATE account SET password_hash = NULL, email_confirmed_at = now() WHERE email = ?",
        email);

    assertThat(api.delete("/api/v1/auth/me", session.text("access_token"), Map.of()).status())
        .isEqualTo(204);
    assertThat(Mailed.count(SERVICE, email, "account-deleted")).isEqualTo(1);
  }

  @Test
  void isStartedByAnAdminWhoLearnsNothing() {
    String admin = AdminAccount.token(SERVICE);
    String id = SERVICE.value("SELECT id FROM account WHERE email = ?", email);

    Answer started = api.post("/api/v1/admin/accounts/" + id + "/reset", admin, Map.of());

    assertThat(started.status()).isEqualTo(204);
    assertThat(api.login(email, PASSWORD).status()).as("until then").isEqualTo(200);
    assertThat(byLink(newest()).status()).isEqualTo(200);
  }

  private Answer forgot(String address) {
    return api.post("/api/v1/auth/forgot", Map.of("email", address));
  }

  private Mailed newest() {
    return Mailed.newest(SERVICE, email, "reset");
  }

  private Answer byLink(Mailed mail) {
    return api.post("/api/v1/auth/reset", Map.of("token", mail.token(), "password", NEW_PASSWORD));
  }

  private Answer byCode(Mailed mail, String code) {
    return api.post(
        "/api/v1/auth/reset",
        Map.of("request_id", mail.requestId(), "code", code, "password", NEW_PASSWORD));
  }

  private static int rows() {
    return Integer.parseInt(
        SERVICE.value(
            "SELECT (SELECT count(*) FROM proof) + (SELECT count(*) FROM proof_request)"
                + " + (SELECT count(*) FROM mail) + (SELECT count(*) FROM audit_event)"));
  }
}
