package dev.warmgate.addresschange;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class AddressChangeIT {
  private static final String NEW_PASSWORD = "seven quiet lanterns";

  @RegisterExtension static final RunningService SERVICE = Mailed.on(new RunningService());

  private final ApiClient api = SERVICE.api();
  private final String old = newEmail();
  private final String wanted = newEmail();
  private final Answer session = api.register(old);

  AddressChangeIT() {
    prove(old);
  }

  @Test
  @Tag("quick")
  void needsTheConfirmationOfBothAddresses() {
    Answer asked = change();
    assertThat(asked.status()).isEqualTo(202);
    Mailed current = Mailed.newest(SERVICE, old, "change-address-current");
    Mailed fresh = Mailed.newest(SERVICE, wanted, "change-address-new");
    assertThat(asked.text("request_id")).isEqualTo(fresh.requestId().toString());
    assertThat(asked.text("current_request_id")).isEqualTo(current.requestId().toString());

    Answer first = byCode(fresh);
    assertThat(first.status()).isEqualTo(200);
    assertThat(first.body().path("changed").asBoolean()).isFalse();
    assertThat(api.login(old, PASSWORD).status()).as("not yet").isEqualTo(200);

    Answer second = byLink(current);
    assertThat(second.body().path("changed").asBoolean()).isTrue();
    assertThat(api.login(old, PASSWORD).status()).isEqualTo(401);
    Answer login = api.login(wanted, PASSWORD);
    assertThat(login.status()).isEqualTo(200);
    assertThat(api.me(login.text("access_token")).text("email")).isEqualTo(wanted);
    assertThat(Mailed.count(SERVICE, old, "address-changed")).isEqualTo(1);
    assertThat(byLink(current).code()).isEqualTo("invalid_proof");
  }

  @Test
  void takesTheHalvesInAnyOrder() {
    change();

    assertThat(byLink(Mailed.newest(SERVICE, old, "change-address-current")).status())
        .isEqualTo(200);
    assertThat(
            byLink(Mailed.newest(SERVICE, wanted, "change-address-new"))
                .body()
                .path("changed")
                .asBoolean())
        .isTrue();
  }

  @Test
  void needsNoConfirmationOfAnAddressThatNobodyHasProven() {
    SERVICE.sql("UPDATE account SET email_confirmed_at = NULL WHERE email = ?", old);

    Answer asked = change();
    assertThat(asked.body().has("current_request_id")).isFalse();
    assertThat(
            byLink(Mailed.newest(SERVICE, wanted, "change-address-new"))
                .body()
                .path("changed")
                .asBoolean())
        .isTrue();
    assertThat(Mailed.count(SERVICE, old, "address-changed")).as("it is told").isEqualTo(1);
  }

  @Test
  void isUndoneByTheOldAddress() {
    Mailed undo = changed();
    Answer thief = api.login(wanted, PASSWORD);

    Answer undone =
        api.post(
            "/api/v1/auth/email/undo", Map.of("token", undo.token(), "password", NEW_PASSWORD));

    assertThat(undone.status()).isEqualTo(200);
    assertThat(api.me(undone.text("access_token")).text("email")).isEqualTo(old);
    assertThat(api.me(thief.text("access_token")).code()).isEqualTo("session_ended");
    assertThat(api.login(wanted, PASSWORD).status()).isEqualTo(401);
    assertThat(api.login(old, PASSWORD).status()).isEqualTo(401);
    assertThat(api.login(old, NEW_PASSWORD).status()).isEqualTo(200);
    assertThat(
            SERVICE.value(
                "SELECT string_agg(details->>'changed', ' ' ORDER BY occurred_at,"
                    + " details->>'changed') FROM audit_event JOIN account"
                    + " ON account.id = account_id WHERE event = 'user.updated' AND email = ?",
                old))
        .isEqualTo("email email password");
    assertThat(Mailed.count(SERVICE, wanted, "address-change-undone"))
        .as("the address that lost the account is told")
        .isEqualTo(1);
    assertThat(
            SERVICE.value(
                "SELECT count(*) FROM audit_event JOIN account ON account.id = account_id"
                    + " WHERE event = 'email.confirmed' AND details->>'by' = 'undo' AND email = ?",
                old))
        .isEqualTo("1");
  }

  @Test
  void isNotUndoneOnceTheOldAddressHasAnotherAccount() {
    Mailed undo = changed();
    api.register(old);
    prove(old);

    assertThat(
            api.post(
                    "/api/v1/auth/email/undo",
                    Map.of("token", undo.token(), "password", NEW_PASSWORD))
                .code())
        .isEqualTo("email_taken");
  }

  @Test
  void tellsOnlyTheOwnerThatAnAddressIsTaken() {
    api.register(wanted);
    prove(wanted);

    Answer asked = change();

    assertThat(asked.status()).isEqualTo(202);
    assertThat(Mailed.count(SERVICE, wanted, "already-registered")).isEqualTo(1);
    assertThat(Mailed.count(SERVICE, wanted, "change-address-new")).isZero();
  }

  @Test
  void fromAnUnprovenAccountReservesNothing() {
    String stranger = api.register(wanted).text("access_token");
    change();
    byLink(Mailed.newest(SERVICE, old, "change-address-current"));

    Answer confirmed = byLink(Mailed.newest(SERVICE, wanted, "change-address-new"));

    assertThat(confirmed.body().path("changed").asBoolean()).isTrue();
    assertThat(api.me(stranger).code()).isEqualTo("session_ended");
    assertThat(Mailed.count(SERVICE, wanted, "account-deleted")).isEqualTo(1);
    assertThat(api.me(api.login(wanted, PASSWORD).text("access_token")).text("account_id"))
        .isEqualTo(api.me(session.text("access_token")).text("account_id"));
  }

  @Test
  void leavesAnAccountThatIsInUse() {
    api.register(wanted);
    change();
    String user = api.login(wanted, PASSWORD).text("access_token");
    byLink(Mailed.newest(SERVICE, old, "change-address-current"));

    assertThat(byLink(Mailed.newest(SERVICE, wanted, "change-address-new")).code())
        .isEqualTo("email_taken");

    assertThat(api.me(user).status()).isEqualTo(200);
    assertThat(api.login(old, PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void tellsTheUserOfAnAccountThatIsInUse() {
    Answer user = api.register(wanted);
    api.refresh(user.text("refresh_token"));

    assertThat(change().status()).isEqualTo(202);

    assertThat(Mailed.count(SERVICE, wanted, "already-registered")).isEqualTo(1);
    assertThat(Mailed.count(SERVICE, wanted, "change-address-new")).isZero();
  }

  @Test
  void diesWithThePasswordThatAskedForIt() {
    change();
    Mailed fresh = Mailed.newest(SERVICE, wanted, "change-address-new");
    byLink(Mailed.newest(SERVICE, old, "change-address-current"));
    api.post("/api/v1/auth/forgot", Map.of("email", old));
    api.post(
        "/api/v1/auth/reset",
        Map.of("token", Mailed.newest(SERVICE, old, "reset").token(), "password", NEW_PASSWORD));

    assertThat(byLink(fresh).code()).isEqualTo("invalid_proof");
    assertThat(api.login(old, NEW_PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void diesWithTheAddressThatAgreedToIt() {
    String other = newEmail();
    change(other);
    Mailed agreed = Mailed.newest(SERVICE, old, "change-address-current");
    Mailed fresh = Mailed.newest(SERVICE, other, "change-address-new");
    assertThat(byLink(agreed).status()).isEqualTo(200);
    changed();

    assertThat(byLink(fresh).code()).isEqualTo("invalid_proof");
    assertThat(api.login(wanted, PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void diesWhenAnotherOneIsCompleted() {
    String other = newEmail();
    change(other);
    Mailed agreed = Mailed.newest(SERVICE, old, "change-address-current");
    Mailed fresh = Mailed.newest(SERVICE, other, "change-address-new");
    changed();

    byLink(agreed);
    assertThat(byLink(fresh).code()).isEqualTo("invalid_proof");
    assertThat(api.login(wanted, PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void isNotRevivedByTheReturnOfTheOldAddress() {
    String other = newEmail();
    change(other);
    Mailed agreed = Mailed.newest(SERVICE, old, "change-address-current");
    Mailed fresh = Mailed.newest(SERVICE, other, "change-address-new");
    changed();
    change(old);
    byLink(Mailed.newest(SERVICE, wanted, "change-address-current"));
    byLink(Mailed.newest(SERVICE, old, "change-address-new"));
    assertThat(api.login(old, PASSWORD).status()).isEqualTo(200);

    byLink(agreed);
    assertThat(byLink(fresh).code()).isEqualTo("invalid_proof");
    assertThat(api.login(old, PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void needsTheCurrentAddressOnceItIsProven() {
    SERVICE.sql("UPDATE account SET email_confirmed_at = NULL WHERE email = ?", old);
    change();
    prove(old);

    assertThat(byLink(Mailed.newest(SERVICE, wanted, "change-address-new")).code())
        .isEqualTo("invalid_proof");
  }

  @Test
  void needsAFreshLogin() {
    SERVICE.sql(
        "UPDATE session SET created_at = created_at - INTERVAL '10 min' WHERE id = ?",
        UUID.fromString(session.text("session_id")));
    String stale = api.refresh(session.text("refresh_token")).text("access_token");

    assertThat(api.post("/api/v1/auth/email", stale, Map.of("email", wanted)).code())
        .isEqualTo("insufficient_user_authentication");
    assertThat(
            api.post("/api/v1/auth/email", stale, Map.of("email", wanted, "password", NEW_PASSWORD))
                .code())
        .isEqualTo("wrong_password");
    assertThat(
            api.post("/api/v1/auth/email", stale, Map.of("email", wanted, "password", PASSWORD))
                .status())
        .isEqualTo(202);
  }

  private Mailed changed() {
    change();
    byLink(Mailed.newest(SERVICE, old, "change-address-current"));
    byLink(Mailed.newest(SERVICE, wanted, "change-address-new"));
    return Mailed.newest(SERVICE, old, "address-changed");
  }

  private static void prove(String address) {
    SERVICE.sql("UPDATE account SET email_confirmed_at = now() WHERE email = ?", address);
  }

  private Answer change() {
    return change(wanted);
  }

  private Answer change(String address) {
    return api.post("/api/v1/auth/email", session.text("access_token"), Map.of("email", address));
  }

  private Answer byLink(Mailed mail) {
    return api.post("/api/v1/auth/email/confirm", Map.of("token", mail.token()));
  }

  private Answer byCode(Mailed mail) {
    return api.post(
        "/api/v1/auth/email/confirm", Map.of("request_id", mail.requestId(), "code", mail.code()));
  }
}
