package dev.warmgate.admin;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static dev.warmgate.testkit.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.request.Scopes;
import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.NewServiceKey;
import dev.warmgate.testkit.RunningService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests that a service key, which may be anywhere, changes users only. A human admin, who has a
 * second factor and a recent login, changes admins too.
 */
final class AdminByKeyIT {
  private static final String ACCOUNTS = "/api/v1/admin/accounts/";

  @RegisterExtension static final RunningService SERVICE = new RunningService();

  private final ApiClient api = SERVICE.api();
  private final String id =
      api.me(api.register(newEmail()).text("access_token")).text("account_id");

  @ParameterizedTest
  @CsvSource({
    "POST, disable",
    "POST, enable",
    "POST, unlock",
    "DELETE, sessions",
    "DELETE, factors",
  })
  void changesUsersOnly(String method, String what) throws Exception {
    String key = NewServiceKey.with(SERVICE, Scopes.ADMIN);
    String path = ACCOUNTS + id + "/" + what;
    assertThat(send(method, path, key).status()).isEqualTo(204);
    SERVICE.sql("UPDATE account SET role = 'admin', disabled_at = NULL WHERE id = ?::uuid", id);

    Answer refused = send(method, path, key);

    assertProblem(refused, 403, "forbidden", path);
    assertThat(refused.text("detail")).isEqualTo("Services do not change the accounts of admins");
    assertThat(SERVICE.value("SELECT disabled_at IS NULL FROM account WHERE id = ?::uuid", id))
        .isEqualTo("t");
    assertThat(send(method, path, AdminAccount.token(SERVICE)).status()).isEqualTo(204);
  }

  @Test
  void readsAdmins() throws Exception {
    String key = NewServiceKey.with(SERVICE, Scopes.ADMIN);
    SERVICE.sql("UPDATE account SET role = 'admin' WHERE id = ?::uuid", id);

    assertThat(send("GET", ACCOUNTS + id, key).status()).isEqualTo(200);
  }

  private Answer send(String method, String path, String token) {
    return api.send(api.request(method, path, token, null));
  }
}
