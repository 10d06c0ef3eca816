package dev.warmgate.addresschange;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SecondFactor;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Undoes changes of address of accounts with second factors: whoever reads the old mailbox gets
 * back an account that a thief has protected, and none that was always protected.
 */
final class AddressUndoIT {
  private static final String AUTH = "/api/v1/auth/";
  private static final String FACTORS = AUTH + "factors";
  private static final String NEW_PASSWORD = "seven quiet lanterns";

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService()).with("housekeeping.interval", "1h");

  private final ApiClient api = SERVICE.api();
  private final String old = newEmail();
  private final String wanted = newEmail();
  private final String token = registerProven();

  private String registerProven() {
    String session = api.register(old).text("access_token");
    SERVICE.sql("UPDATE account SET email_confirmed_at = now() WHERE email = ?", old);
    return session;
  }

  @Test
  void anOwnerWithANewPhoneIsAskedForIt() {
    SecondFactor phone = SecondFactor.enrol(api, token);
    String raised = raised(phone);
    Mailed undo = changed(raised);
    SecondFactor next = SecondFactor.enrol(api, raised);
    remove(phone, raised);

    Answer undone = undo(undo);

    assertThat(undone.code()).isEqualTo("mfa_required");
    assertThat(undone.body().path("factors").toString()).isEqualTo("[\"recovery_code\",\"totp\"]");
    assertThat(account("email")).as("the address is back").isEqualTo(old);
    assertThat(api.me(raised).status()).as("and nothing else has happened").isEqualTo(200);
    assertThat(api.login(old, NEW_PASSWORD).code()).isEqualTo("invalid_credentials");
    assertThat(api.login(old, PASSWORD).code()).isEqualTo("mfa_required");
    assertThat(Mailed.count(SERVICE, wanted, "address-change-undone")).isEqualTo(1);
    assertThat(undo(undo).code()).as("once").isEqualTo("invalid_proof");

    assertThat(SecondFactor.verify(api, undone, "code", next.code()).status()).isEqualTo(200);
    assertThat(api.me(raised).code()).isEqualTo("session_ended");
    assertThat(api.login(old, PASSWORD).code()).isEqualTo("invalid_credentials");
    assertThat(next.login(api, old, NEW_PASSWORD).status()).isEqualTo(200);
    assertThat(resets()).isEqualTo("0");
  }

  @Test
  void whatWasAddedToAProtectedAccountStays() {
    SecondFactor phone = SecondFactor.enrol(api, token);
    String raised = raised(phone);
    Mailed undo = changed(raised);
    SecondFactor since = SecondFactor.enrol(api, raised);
    String code =
        api.post(FACTORS + "/recovery-codes", raised, Map.of())
            .body()
            .at("/recovery_codes/0")
            .asText();

    Answer undone = undo(undo);

    assertThat(SecondFactor.verify(api, undone, "recovery_code", code).status()).isEqualTo(200);
    assertThat(phone.login(api, old, NEW_PASSWORD).status()).isEqualTo(200);
    assertThat(since.login(api, old, NEW_PASSWORD).status()).isEqualTo(200);
    assertThat(Mailed.count(SERVICE, old, "factors-reset")).isZero();
  }

  /** Somebody who has a factor, too, could set their password through the mailbox that is lost. */
  @Test
  void whatWaitsForAFactorWaitsNoLonger() {
    SecondFactor phone = SecondFactor.enrol(api, token);
    Answer login = api.login(old, PASSWORD);
    Mailed undo = changed(raised(phone));
    assertThat(verify(login, phone)).as("begun before the change").isEqualTo("invalid_mfa_token");
    assertThat(api.post(AUTH + "forgot", Map.of("email", wanted)).status()).isEqualTo(202);
    Answer reset =
        api.post(
            AUTH + "reset",
            Map.of(
                "token",
                Mailed.newest(SERVICE, wanted, "reset").token(),
                "password",
                "nine loud trumpets"));
    assertThat(reset.code()).isEqualTo("mfa_required");

    Answer undone = undo(undo);

    assertThat(verify(reset, phone)).isEqualTo("invalid_mfa_token");
    assertThat(SecondFactor.verify(api, undone, "code", phone.code()).status()).isEqualTo(200);
    assertThat(phone.login(api, old, NEW_PASSWORD).status()).isEqualTo(200);
  }

  private String verify(Answer first, SecondFactor factor) {
    return SecondFactor.verify(api, first, "code", factor.wrongCode()).code();
  }

  /** Whoever has taken an account over may have added a factor of their own. */
  @Test
  void theFactorsOfAnAccountThatHadNoneAreGone() {
    Mailed undo = changed(token);
    SecondFactor thiefs = SecondFactor.enrol(api, token);

    assertTakenBack(undo);

    assertThat(api.me(raised(thiefs)).code()).isEqualTo("session_ended");
    assertThat(resets()).isEqualTo("1");
    assertThat(Mailed.count(SERVICE, old, "factors-reset")).isEqualTo(1);
  }

  /** Between them, the password alone opened it. */
  @Test
  void theFactorsOfAnAccountThatHadNoneMeanwhileAreGone() {
    SecondFactor phone = SecondFactor.enrol(api, token);
    String raised = raised(phone);
    Mailed undo = changed(raised);
    remove(phone, raised);
    SecondFactor _ = SecondFactor.enrol(api, raised);

    assertTakenBack(undo);
  }

  /** The operator has made the account of an admin, so the mailbox is not all there is to it. */
  @Test
  void theFactorsOfAnAdminStay() {
    Mailed undo = changed(token);
    SecondFactor admins = SecondFactor.enrol(api, token);
    SERVICE.sql("UPDATE account SET role = 'admin' WHERE email = ?", wanted);

    Answer undone = undo(undo);

    assertThat(undone.code()).isEqualTo("mfa_required");
    assertThat(SecondFactor.verify(api, undone, "code", admins.code()).status()).isEqualTo(200);
  }

  /** Accounts get the column when their factors change, and count by the oldest one until then. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAccountThatWasProtectedBeforeTheColumnIsAskedToo(boolean withANewPhone) {
    SecondFactor phone = SecondFactor.enrol(api, token);
    String raised = raised(phone);
    SERVICE.sql("UPDATE account SET protected_since = NULL WHERE email = ?", old);
    Mailed undo = changed(raised);
    if (withANewPhone) {
      SecondFactor _ = SecondFactor.enrol(api, raised);
      remove(phone, raised);
    }

    assertThat(undo(undo).code()).isEqualTo("mfa_required");
  }

  /** What begins before a change and ends after it is not older. */
  @Test
  void aFactorIsAsOldAsItsConfirmationAndNotAsItsTransaction() throws Exception {
    Mailed undo;
    try (Connection thief = SERVICE.connection();
        Statement statement = thief.createStatement()) {
      thief.setAutoCommit(false);
      boolean _ = statement.execute("SELECT now()");
      undo = changed(token);
      statement.executeUpdate(
          "INSERT INTO factor (id, account_id, kind, name, encrypted_secret, encryption_key_id,"
              + " confirmed_at) SELECT gen_random_uuid(), id, 'totp', 'app', '', 'k1', now()"
              + " FROM account WHERE email = '%s'".formatted(wanted));
      thief.commit();
    }

    assertTakenBack(undo);
  }

  @Test
  void aClockThatWasAheadAtTheFirstFactorDoesNotMakeItYounger() {
    SecondFactor phone = SecondFactor.enrol(api, token);
    SERVICE.sql("UPDATE account SET protected_since = now() + INTERVAL '1 h' WHERE email = ?", old);

    assertThat(undo(changed(raised(phone))).code()).isEqualTo("mfa_required");
  }

  @Test
  void aClockThatWasAheadAtTheChangeDoesNotMakeLaterFactorsOlder() {
    Mailed undo = changed(token);
    SERVICE.sql(
        "UPDATE proof SET created_at = now() + INTERVAL '1 h' WHERE id = ?", undo.requestId());
    SecondFactor _ = SecondFactor.enrol(api, token);

    assertTakenBack(undo);
  }

  private void assertTakenBack(Mailed undo) {
    Answer undone = undo(undo);
    assertThat(undone.status()).as(undone.body().toString()).isEqualTo(200);
    assertThat(api.login(old, NEW_PASSWORD).status()).isEqualTo(200);
    assertThat(account("factors")).isEqualTo("0");
    assertThat(account("protected_since IS NULL")).isEqualTo("t");
    assertThat(account("(SELECT count(*) FROM recovery_code WHERE account_id = account.id)"))
        .isEqualTo("0");
  }

  /** Returns the mail with which the completed change can be undone. */
  private Mailed changed(String by) {
    assertThat(api.post(AUTH + "email", by, Map.of("email", wanted)).status()).isEqualTo(202);
    confirm(Mailed.newest(SERVICE, wanted, "change-address-new"));
    confirm(Mailed.newest(SERVICE, old, "change-address-current"));
    return Mailed.newest(SERVICE, old, "address-changed");
  }

  private void confirm(Mailed mail) {
    assertThat(api.post(AUTH + "email/confirm", Map.of("token", mail.token())).status())
        .isEqualTo(200);
  }

  private Answer undo(Mailed mail) {
    return api.post(AUTH + "email/undo", Map.of("token", mail.token(), "password", NEW_PASSWORD));
  }

  private void remove(SecondFactor factor, String by) {
    assertThat(api.delete(FACTORS + "/" + factor.id(), by, null).status()).isEqualTo(204);
  }

  private static String raised(SecondFactor factor) {
    return factor.confirmed().text("access_token");
  }

  private String account(String column) {
    return SERVICE.value("SELECT " + column + " FROM account WHERE email IN (?, ?)", old, wanted);
  }

  private String resets() {
    return SERVICE.value(
        "SELECT count(*) FROM audit_event JOIN account ON account.id = account_id"
            + " WHERE event = 'factors.reset' AND email = ?",
        old);
  }
}
