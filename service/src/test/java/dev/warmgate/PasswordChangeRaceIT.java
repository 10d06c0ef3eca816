package dev.warmgate;

import static dev.warmgate.ApiClient.PASSWORD;
import static dev.warmgate.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.account.AccountDao;
import dev.warmgate.audit.Origin;
import dev.warmgate.session.LoginDao;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No login with the old password outlives the change of it, however closely the two meet. */
final class PasswordChangeRaceIT {
  /** Less than the statement that waits is given. */
  private static final Duration SOON = Duration.ofSeconds(4);

  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("database.answer_timeout", "5s");

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Answer owner = api.register(email);
  private final UUID account =
      UUID.fromString(SERVICE.value("SELECT id FROM account WHERE email = ?", email));

  @Test
  void aSessionBeingOpenedEndsWithTheOldPassword() throws Exception {
    try (Connection connection = SERVICE.connection();
        Handle login = handle(connection)) {
      login.begin();
      login.attach(LoginDao.class).open(account, 1, LoginDao.Opening.EXAMPLE, Origin.EXAMPLE);
      CompletableFuture<Answer> change = meanwhile(this::changePassword);
      login.commit();

      assertThat(change.get().status()).isEqualTo(204);
    }
    assertThat(
            SERVICE.value(
                "SELECT end_reason FROM session WHERE id = ?", LoginDao.Opening.EXAMPLE.id()))
        .isEqualTo("password_changed");
    assertThat(api.me(owner.text("access_token")).status()).isEqualTo(200);
  }

  @Test
  void aLoginThatComesDuringTheChangeIsRefused() throws Exception {
    try (Connection connection = SERVICE.connection();
        Handle change = handle(connection)) {
      change.begin();
      change
          .attach(AccountDao.class)
          .changePassword(account, 1, "another", UUID.randomUUID(), Origin.EXAMPLE);
      CompletableFuture<Answer> login = meanwhile(() -> api.login(email, PASSWORD));
      change.commit();

      assertThat(login.get().code()).isEqualTo("invalid_credentials");
    }
  }

  private static Handle handle(Connection connection) {
    return Jdbi.create(connection).installPlugin(new SqlObjectPlugin()).open();
  }

  /** Sends a request, and returns once it waits for the other transaction. */
  private static CompletableFuture<Answer> meanwhile(Supplier<Answer> request) throws Exception {
    CompletableFuture<Answer> answer = CompletableFuture.supplyAsync(request);
    Eventually.within(
        SOON, () -> SERVICE.value("SELECT count(*) FROM pg_locks WHERE NOT granted").equals("1"));
    return answer;
  }

  private Answer changePassword() {
    return api.post(
        "/api/v1/auth/password",
        owner.text("access_token"),
        Map.of("current_password", PASSWORD, "new_password", "an even better passphrase"));
  }
}
