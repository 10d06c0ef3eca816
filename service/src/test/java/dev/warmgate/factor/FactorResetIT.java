package dev.warmgate.factor;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.request.Scopes;
import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.NewServiceKey;
import dev.warmgate.testkit.RunningService;
import dev.warmgate.testkit.SecondFactor;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests resets by admins and by automation, and what owners are told of their factors. */
final class FactorResetIT {
  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService()).with("housekeeping.interval", "1h");

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Answer session = registerProven();
  private final SecondFactor factor = SecondFactor.enrol(api, session.text("access_token"));
  private final String path =
      "/api/v1/admin/accounts/"
          + api.me(session.text("access_token")).text("account_id")
          + "/factors";

  private Answer registerProven() {
    Answer registered = api.register(email);
    SERVICE.sql("UPDATE account SET email_confirmed_at = now() WHERE email = ?", email);
    return registered;
  }

  @Test
  void anAdminRemovesEveryFactorAndEndsEverySession() {
    String admin = AdminAccount.token(SERVICE);
    assertThat(api.delete(path, admin, null).status()).isEqualTo(204);

    assertThat(api.me(session.text("access_token")).code()).isEqualTo("session_ended");
    assertThat(Mailed.count(SERVICE, email, "factors-reset")).isEqualTo(1);
    assertThat(
            SERVICE.value(
                "SELECT count(*) FROM recovery_code JOIN account ON account.id = account_id"
                    + " WHERE email = ?",
                email))
        .isEqualTo("0");
    Answer login = api.login(email, PASSWORD);
    assertThat(login.status()).isEqualTo(200);
    assertThat(api.delete(path, admin, null).status()).as("again").isEqualTo(204);
    String unknown = "/api/v1/admin/accounts/" + UUID.randomUUID() + "/factors";
    assertThat(api.delete(unknown, admin, null).code()).isEqualTo("account_not_found");
  }

  @Test
  void automationDoesSoWithAKeyOfScopeAdmin() throws Exception {
    assertThat(api.delete(path, session.text("access_token"), null).code()).isEqualTo("forbidden");
    assertThat(api.delete(path, NewServiceKey.with(SERVICE, Scopes.REVOKE), null).code())
        .isEqualTo("forbidden");

    String key = NewServiceKey.with(SERVICE, Scopes.ADMIN);
    assertThat(api.get("/api/v1/admin/accounts", key).status()).isEqualTo(200);
    assertThat(api.delete(path, key, null).status()).isEqualTo(204);
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void ownersAreToldOfEachChange() {
    assertThat(Mailed.count(SERVICE, email, "factor-added")).isEqualTo(1);
    Answer first = api.login(email, PASSWORD);
    Answer opened = SecondFactor.verify(api, first, "recovery_code", factor.recoveryCode(0));
    assertThat(opened.status()).isEqualTo(200);
    assertThat(Mailed.count(SERVICE, email, "recovery-code-used")).isEqualTo(1);
    assertThat(Mailed.count(SERVICE, email, "recovery-codes-made")).as("the first set").isZero();
    assertThat(
            api.post("/api/v1/auth/factors/recovery-codes", opened.text("access_token"), Map.of())
                .status())
        .isEqualTo(200);
    assertThat(Mailed.count(SERVICE, email, "recovery-codes-made")).isEqualTo(1);
    assertThat(
            api.delete("/api/v1/auth/factors/" + factor.id(), opened.text("access_token"), Map.of())
                .status())
        .isEqualTo(204);
    assertThat(Mailed.count(SERVICE, email, "last-factor-removed")).isEqualTo(1);
  }
}
