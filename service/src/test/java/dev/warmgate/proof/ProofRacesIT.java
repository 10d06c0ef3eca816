package dev.warmgate.proof;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.RunningService;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Uses a proof while a stranger registers its address: the stranger's transaction has begun first
 * and ends last, so the proof is used by a statement that cannot see the new account.
 */
final class ProofRacesIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String NEW_PASSWORD = "seven quiet lanterns";

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService().withManyConnections()).with("database.answer_timeout", "5s");

  private final ApiClient api = SERVICE.api();
  private final String wanted = newEmail();

  @Test
  void takesOverAnAccountThatIsRegisteredDuringTheInvitation() throws Exception {
    api.post("/api/v1/admin/invitations", AdminAccount.token(SERVICE), Map.of("email", wanted));
    Mailed mail = Mailed.newest(SERVICE, wanted, "invite");

    Answer accepted =
        whileAStrangerRegisters(() ->
            api.post(
                "/api/v1/auth/accept-invitation",
                Map.of("token", mail.token(), "password", NEW_PASSWORD)));

    assertThat(accepted.status()).isEqualTo(200);
    assertThat(api.login(wanted, NEW_PASSWORD).status()).isEqualTo(200);
  }

  @Test
  void changesAnAddressThatIsRegisteredMeanwhile() throws Exception {
    String access = api.register(newEmail()).text("access_token");
    api.post("/api/v1/auth/email", access, Map.of("email", wanted));
    Mailed mail = Mailed.newest(SERVICE, wanted, "change-address-new");

    Answer changed =
        whileAStrangerRegisters(
            () -> api.post("/api/v1/auth/email/confirm", Map.of("token", mail.token())));

    assertThat(changed.body().path("changed").asBoolean()).isTrue();
    assertThat(api.login(wanted, PASSWORD).status()).isEqualTo(200);
    assertThat(SERVICE.value("SELECT count(*) FROM account WHERE email_key = ?", wanted))
        .isEqualTo("1");
  }

  @Test
  void undoesTheChangeOfAnAddressThatIsRegisteredMeanwhile() throws Exception {
    String access = api.register(wanted).text("access_token");
    String other = newEmail();
    api.post("/api/v1/auth/email", access, Map.of("email", other));
    api.post(
        "/api/v1/auth/email/confirm",
        Map.of("token", Mailed.newest(SERVICE, other, "change-address-new").token()));
    Mailed undo = Mailed.newest(SERVICE, wanted, "address-changed");

    Answer undone =
        whileAStrangerRegisters(() ->
            api.post(
                "/api/v1/auth/email/undo",
                Map.of("token", undo.token(), "password", NEW_PASSWORD)));

    assertThat(undone.status()).isEqualTo(200);
    assertThat(api.login(wanted, NEW_PASSWORD).status()).isEqualTo(200);
  }

  private Answer whileAStrangerRegisters(Supplier<Answer> request) throws Exception {
    try (Connection stranger = SERVICE.connection()) {
      stranger.setAutoCommit(false);
      insert(stranger);
      CompletableFuture<Answer> answer = CompletableFuture.supplyAsync(request);
      Eventually.within(
          SOON, () -> SERVICE.value("SELECT count(*) FROM pg_locks WHERE NOT granted").equals("1"));
      stranger.commit();
      return answer.get();
    }
  }

  private void insert(Connection stranger) throws SQLException {
    try (PreparedStatement statement =
        stranger.prepareStatement(
            "WITH created AS (INSERT INTO account (id, email, email_key, password_hash, role)"
                + " VALUES (?, ?, ?, 'none', 'user') RETURNING id)"
                + " INSERT INTO session (id, account_id, secret_hash, idle_expires_at, expires_at)"
                + " SELECT gen_random_uuid(), id, '', now() + INTERVAL '1 h',"
                + " now() + INTERVAL '1 h' FROM created")) {
      statement.setObject(1, UUID.randomUUID());
      statement.setString(2, wanted);
      statement.setString(3, wanted);
      statement.executeUpdate();
    }
  }
}
