package dev.warmgate.admin;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RunningService;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests that an API without admins is never the result of what admins do. */
final class LastAdminIT {
  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService().withManyConnections().with("database.answer_timeout", "5s");

  private final ApiClient api = SERVICE.api();

  @BeforeEach
  void removeOtherAdmins() {
    SERVICE.sql("UPDATE account SET role = 'user'");
  }

  /** Both requests have passed every check when the first one takes effect. */
  @Test
  void keepsOneOfTwoAdminsWhoDisableEachOther() throws Exception {
    Answer one = AdminAccount.login(SERVICE);
    Answer other = AdminAccount.login(SERVICE);

    List<Answer> answers = together(() -> disable(one, other), () -> disable(other, one));

    assertThat(answers).extracting(Answer::status).containsExactlyInAnyOrder(204, 409);
    assertThat(answers).extracting(Answer::code).containsExactlyInAnyOrder("", "last_admin");
    assertThat(admins()).isEqualTo(1);
  }

  @Test
  void keepsOneOfTwoAdminsWhoDeleteTheirAccounts() throws Exception {
    Answer one = AdminAccount.login(SERVICE);
    Answer other = AdminAccount.login(SERVICE);

    List<Answer> answers = together(() -> delete(one), () -> delete(other));

    assertThat(answers).extracting(Answer::status).containsExactlyInAnyOrder(204, 409);
    assertThat(answers).extracting(Answer::code).containsExactlyInAnyOrder("", "last_admin");
    assertThat(admins()).isEqualTo(1);
  }

  @Test
  void keepsAnAdminWhoDeletesTheirAccountWhileDisablingTheOther() throws Exception {
    Answer one = AdminAccount.login(SERVICE);
    Answer other = AdminAccount.login(SERVICE);

    List<Answer> answers = together(() -> disable(one, other), () -> delete(one));

    assertThat(answers).extracting(Answer::status).containsExactlyInAnyOrder(204, 409);
    assertThat(admins()).isEqualTo(1);
  }

  @Test
  void keepsOneOfManyAdminsWhoDisableEachOtherInARing() throws Exception {
    List<Answer> ring = List.of(login(), login(), login(), login());

    Parallel.run(ring.size(), i -> disable(ring.get(i), ring.get((i + 1) % ring.size())).status());

    assertThat(admins()).isPositive();
  }

  @Test
  void refusesToDeleteTheLastAdminButNotAnother() {
    Answer last = AdminAccount.login(SERVICE);

    assertThat(delete(last).code()).isEqualTo("last_admin");
    assertThat(api.me(last.text("access_token")).status()).isEqualTo(200);
    Answer another = AdminAccount.login(SERVICE);
    assertThat(delete(another).status()).isEqualTo(204);
    assertThat(admins()).isEqualTo(1);
  }

  @Test
  void doesNotCountADisabledAdmin() {
    Answer one = AdminAccount.login(SERVICE);
    Answer disabled = AdminAccount.login(SERVICE);
    assertThat(disable(one, disabled).status()).isEqualTo(204);

    assertThat(delete(one).code()).isEqualTo("last_admin");
  }

  @Test
  void findsAdminsByAnIndex() throws Exception {
    SERVICE.sql(
        "INSERT INTO account (id, email, email_key, password_hash, role)"
            + " SELECT gen_random_uuid(), k, k, '', 'user'"
            + " FROM (SELECT 'many' || n || '@example.org' AS k FROM generate_series(1, 5000) n)");
    SERVICE.sql("ANALYZE account");

    assertThat(
            SERVICE.value(
                "EXPLAIN (FORMAT JSON) SELECT id FROM account"
                    + " WHERE role = 'admin' AND disabled_at IS NULL ORDER BY id"))
        .contains("account_admin")
        .doesNotContain("Seq Scan");
    SERVICE.sql("DELETE FROM account WHERE email LIKE 'many%'");
  }

  private static Answer login() {
    return AdminAccount.login(SERVICE);
  }

  private Answer disable(Answer admin, Answer other) {
    String id =
        SERVICE.value(
            "SELECT account_id FROM session WHERE id = ?::uuid", other.text("session_id"));
    return api.post(
        "/api/v1/admin/accounts/" + id + "/disable", admin.text("access_token"), Map.of());
  }

  private Answer delete(Answer admin) {
    return api.delete("/api/v1/auth/me", admin.text("access_token"), Map.of("password", PASSWORD));
  }

  private static int admins() {
    return Integer.parseInt(
        SERVICE.value("SELECT count(*) FROM account WHERE role = 'admin' AND disabled_at IS NULL"));
  }

  /** Holds both requests at the rows of the admins until both are there. */
  private static List<Answer> together(Supplier<Answer> one, Supplier<Answer> other)
      throws Exception {
    try (Connection connection = SERVICE.connection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SELECT FROM account WHERE role = 'admin' ORDER BY id FOR UPDATE");
      CompletableFuture<Answer> first =
          CompletableFuture.supplyAsync(one, Thread::startVirtualThread);
      CompletableFuture<Answer> second =
          CompletableFuture.supplyAsync(other, Thread::startVirtualThread);
      Eventually.within(
          Duration.ofSeconds(5),
          () ->
              SERVICE
                  .value(
                      "SELECT count(*) FROM pg_stat_activity"
                          + " WHERE datname = current_database() AND wait_event_type = 'Lock'")
                  .equals("2"));
      connection.commit();
      return List.of(first.get(), second.get());
    }
  }
}
