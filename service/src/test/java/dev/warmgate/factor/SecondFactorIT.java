package dev.warmgate.factor;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SecondFactor;
import java.io.IOException;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests enrolment, the second step of a login, recovery codes, and step-up. */
final class SecondFactorIT {
  private static final String FACTORS = "/api/v1/auth/factors";
  private static final String STEP_UP = "/api/v1/auth/mfa/step-up";

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().withManyConnections();

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Answer session = api.register(email);

  @Test
  @Tag("quick")
  void aLoginNeedsPasswordAndCode() throws IOException {
    SecondFactor factor = SecondFactor.enrol(api, token(session));
    assertThat(claims(factor.confirmed()).path("acr").asText()).isEqualTo("aal2");

    Answer first = api.login(email, PASSWORD);
    assertThat(first.status()).isEqualTo(401);
    assertThat(first.code()).isEqualTo("mfa_required");
    assertThat(first.body().path("expires_in").asInt()).isEqualTo(300);
    assertThat(first.body().path("factors").toString()).isEqualTo("[\"recovery_code\",\"totp\"]");
    String asAppsShowIt = " " + new StringBuilder(factor.code()).insert(3, ' ');
    Answer second = SecondFactor.verify(api, first, "code", asAppsShowIt);

    assertThat(second.status()).isEqualTo(200);
    JsonNode claims = claims(second);
    assertThat(claims.path("acr").asText()).isEqualTo("aal2");
    assertThat(claims.path("amr").toString()).isEqualTo("[\"pwd\",\"otp\",\"mfa\"]");
    assertThat(api.me(token(second)).status()).isEqualTo(200);
    JsonNode refreshed = claims(api.refresh(second.text("refresh_token")));
    assertThat(refreshed.path("acr")).isEqualTo(claims.path("acr"));
    assertThat(refreshed.path("amr")).isEqualTo(claims.path("amr"));
    assertThat(second.text("device_token")).isNotEmpty();
  }

  @Test
  void enrolmentShowsTheSecretOnceAndCountsOnlyOnceConfirmed() {
    Answer enrolled = enrol(session, "phone");

    assertThat(enrolled.status()).isEqualTo(201);
    assertThat(enrolled.text("uri")).startsWith("otpauth://totp/127.0.0.1:");
    assertThat(enrolled.text("uri")).contains("secret=" + enrolled.text("secret") + "&");
    assertThat(enrolled.text("qr_code")).startsWith("<svg ").doesNotContain("#");
    JsonNode listed = list(session).body().path("factors").path(0);
    assertThat(listed.path("name").asText()).isEqualTo("phone");
    assertThat(listed.has("confirmed_at")).isFalse();
    assertThat(listed.toString()).doesNotContain(enrolled.text("secret"));
    assertThat(stored()).doesNotContain(enrolled.text("secret"));
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void theFirstFactorEndsOtherSessionsAndBringsRecoveryCodes() {
    Answer other = api.login(email, PASSWORD);
    SecondFactor factor = SecondFactor.enrol(api, token(session));

    assertThat(api.me(token(other)).code()).isEqualTo("session_ended");
    assertThat(api.me(token(session)).status()).isEqualTo(200);
    Set<String> codes = new HashSet<>();
    factor.confirmed().body().path("recovery_codes").forEach(code -> codes.add(code.asText()));
    assertThat(codes).hasSize(10).allMatch(code -> code.matches("[a-z2-9]{5}-[a-z2-9]{5}"));
    assertThat(list(factor.confirmed()).body().path("recovery_codes_left").asInt()).isEqualTo(10);

    SecondFactor another = SecondFactor.enrol(api, token(factor.confirmed()));
    assertThat(another.confirmed().body().has("recovery_codes")).isFalse();
    assertThat(list(factor.confirmed()).body().path("factors")).hasSize(2);
    assertThat(another.login(api, email, PASSWORD).status()).isEqualTo(200);
  }

  /** A crash between them would leave an account with a factor and no way back. */
  @Test
  void theFirstFactorAndItsRecoveryCodesAreStoredByOneTransaction() {
    SecondFactor _ = SecondFactor.enrol(api, token(session));

    assertThat(
            SERVICE.value(
                "SELECT bool_and(factor.xmin = recovery_set.xmin) FROM account"
                    + " JOIN factor ON factor.account_id = account.id"
                    + " JOIN recovery_set ON recovery_set.account_id = account.id WHERE email = ?",
                email))
        .isEqualTo("t");
    assertThat(
            SERVICE.value(
                "SELECT count(*) FROM audit_event JOIN account ON account.id = account_id"
                    + " WHERE event = 'recovery_codes.made' AND email = ?",
                email))
        .isEqualTo("1");
  }

  @Test
  void aRecoveryCodeIsGoodOnceAndASetReplacesTheOther() {
    SecondFactor factor = SecondFactor.enrol(api, token(session));
    String code = factor.recoveryCode(0);

    Answer opened = recover(code.toUpperCase(java.util.Locale.ROOT).replace('-', ' '));
    assertThat(opened.status()).isEqualTo(200);
    assertThat(recover(code).code()).isEqualTo("invalid_factor");
    assertThat(list(opened).body().path("recovery_codes_left").asInt()).isEqualTo(9);
    Answer made = api.post(FACTORS + "/recovery-codes", token(opened), Map.of());
    assertThat(made.body().path("recovery_codes")).hasSize(10);
    assertThat(recover(factor.recoveryCode(1)).code()).isEqualTo("invalid_factor");
    assertThat(recover(made.body().path("recovery_codes").path(3).asText()).status())
        .isEqualTo(200);
    assertThat(stored()).doesNotContain(code.replace("-", ""));
  }

  @Test
  void stepUpRaisesTheSessionAndRenewsItsTime() throws IOException {
    SecondFactor factor = SecondFactor.enrol(api, token(session));
    Answer opened = factor.login(api, email, PASSWORD);
    SERVICE.sql(
        "UPDATE session SET authenticated_at = created_at - INTERVAL '1 hour' WHERE id = ?::uuid",
        opened.text("session_id"));
    Answer stale = api.refresh(opened.text("refresh_token"));
    Answer refused = api.post(FACTORS + "/recovery-codes", token(stale), Map.of());
    assertThat(refused.code()).isEqualTo("insufficient_user_authentication");
    assertThat(refused.header("WWW-Authenticate"))
        .isEqualTo(
            "Bearer error=\"insufficient_user_authentication\","
                + " error_description=\"A second factor is required that is not older than 5 minutes\", acr_values=\"aal2\","
                + " max_age=\"300\"");

    Answer raised = api.post(STEP_UP, token(stale), Map.of("code", factor.code()));

    assertThat(raised.status()).isEqualTo(200);
    assertThat(claims(raised).path("auth_time").asLong())
        .isGreaterThan(claims(stale).path("auth_time").asLong() + 3000);
    assertThat(claims(raised).path("sid")).isEqualTo(claims(stale).path("sid"));
    assertThat(api.post(FACTORS + "/recovery-codes", token(raised), Map.of()).status())
        .isEqualTo(200);
  }

  @Test
  void removalNeedsTheFactorAndTakesTheRecoveryCodesAlong() {
    SecondFactor factor = SecondFactor.enrol(api, token(session));
    String path = FACTORS + "/" + factor.id();
    String before = token(session);
    assertThat(api.delete(path, before, Map.of("password", PASSWORD)).code())
        .isEqualTo("insufficient_user_authentication");

    assertThat(api.delete(path, token(factor.confirmed()), null).status()).isEqualTo(204);

    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
    assertThat(list(factor.confirmed()).body().path("recovery_codes_left").asInt()).isZero();
    assertThat(api.delete(path, token(factor.confirmed()), null).code())
        .isEqualTo("factor_not_found");
  }

  @Test
  void anAccountHasTenFactorsAtMost() {
    for (int i = 0; i < 10; i++) {
      assertThat(enrol(session, "app " + i).status()).isEqualTo(201);
    }
    assertThat(enrol(session, "one more").code()).isEqualTo("too_many_factors");
    SERVICE.sql("UPDATE factor SET created_at = created_at - INTERVAL '6 min'");
    assertThat(list(session).body().path("factors")).isEmpty();
    assertThat(enrol(session, "later").status()).isEqualTo(201);
  }

  @Test
  void enrolmentsSideBySideAreCountedToo() throws Exception {
    List<Answer> answers = Parallel.run(20, i -> enrol(session, "app " + i));

    assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(10);
    assertThat(answers.stream().filter(answer -> answer.code().equals("too_many_factors")))
        .hasSize(10);
  }

  @Test
  void setsOfRecoveryCodesMadeSideBySideLeaveOne() throws Exception {
    SecondFactor factor = SecondFactor.enrol(api, token(session));
    List<Answer> sets =
        Parallel.run(
            8, _ -> api.post(FACTORS + "/recovery-codes", token(factor.confirmed()), Map.of()));

    assertThat(sets).allMatch(set -> set.status() == 200);
    assertThat(list(factor.confirmed()).body().path("recovery_codes_left").asInt()).isEqualTo(10);
    assertThat(
            SERVICE.value(
                "SELECT count(*) FROM recovery_code JOIN account ON account.id = account_id"
                    + " WHERE email = ?",
                email))
        .isEqualTo("10");
  }

  @Test
  void whatIsPresentedHasOneForm() {
    SecondFactor factor = SecondFactor.enrol(api, token(session));
    Answer first = api.login(email, PASSWORD);
    for (Map<String, String> more :
        List.of(Map.<String, String>of(), Map.of("code", "1", "recovery_code", "2"))) {
      Map<String, Object> body = new java.util.HashMap<>(more);
      body.put("mfa_token", first.text("mfa_token"));
      assertThat(api.post("/api/v1/auth/mfa/verify", body).code()).isEqualTo("validation_failed");
    }
    assertThat(SecondFactor.verify(api, first, "code", factor.code()).status()).isEqualTo(200);
  }

  @Test
  void whatHasNothingInItCostsNoTry() {
    Answer enrolled = enrol(session, "phone");
    SecondFactor factor = SecondFactor.enrol(api, token(session));
    String confirmation = FACTORS + "/" + enrolled.text("factor_id") + "/confirm";
    Answer first = api.login(email, PASSWORD);
    for (int i = 0; i < 6; i++) {
      for (String kind : List.of("code", "recovery_code")) {
        assertThat(SecondFactor.verify(api, first, kind, i % 2 == 0 ? "" : "  ").code())
            .isEqualTo("validation_failed");
      }
      Answer empty = api.post(confirmation, token(factor.confirmed()), Map.of("code", " "));
      assertThat(empty.code()).isEqualTo("validation_failed");
    }
    assertThat(SecondFactor.verify(api, first, "code", factor.code()).status()).isEqualTo(200);
  }

  @Test
  void aNameHasSomethingToSee() {
    for (String invisible :
        List.of("\u200b\u200b", " ", "\u2060", "two\nlines", "", "gnp\u202egnp")) {
      assertThat(enrol(session, invisible).code()).as(invisible).isEqualTo("validation_failed");
    }
    // A family of one sign, which is joined by characters that nobody sees.
    assertThat(enrol(session, "\ud83d\udc69\u200d\ud83d\udc67 phone").status()).isEqualTo(201);
  }

  private Answer enrol(Answer by, String name) {
    return api.post(FACTORS, token(by), Map.of("type", "totp", "name", name));
  }

  private Answer recover(String code) {
    return SecondFactor.verify(api, api.login(email, PASSWORD), "recovery_code", code);
  }

  private Answer list(Answer by) {
    return api.get(FACTORS, token(by));
  }

  /** Returns all that the database has of factors. */
  private static String stored() {
    return SERVICE.value("SELECT string_agg(factor::text, ' ') FROM factor")
        + SERVICE.value("SELECT string_agg(recovery_code::text, ' ') FROM recovery_code");
  }

  private static String token(Answer pair) {
    return pair.text("access_token");
  }

  private static JsonNode claims(Answer pair) throws IOException {
    return new ObjectMapper()
        .readTree(Base64.getUrlDecoder().decode(token(pair).split("\\.", -1)[1]));
  }
}
