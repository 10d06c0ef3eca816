package dev.warmgate.session;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.audit.AuditContext;
import dev.warmgate.database.RecordRows;
import dev.warmgate.mail.MailOutbox;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RunningService;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Checks that ending all sessions and opening one at the same time are serialised: sessions that
 * were opened before end, and no ended session comes back.
 */
final class EndingRaceIT {
  /** Less than {@code database.answer_timeout}, the limit of a statement that waits. */
  private static final Duration SOON = Duration.ofSeconds(4);

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService().withManyConnections().with("database.answer_timeout", "5s");

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Answer owner = api.register(email);
  private final UUID account =
      UUID.fromString(SERVICE.value("SELECT id FROM account WHERE email = ?", email));

  @Test
  void aPasswordChangeEndsASessionThatIsBeingOpened() throws Exception {
    try (Connection connection = SERVICE.connection();
        Handle login = handle(connection)) {
      login.begin();
      LoginDao.Opening held = LoginDao.Opening.example();
      login
          .attach(LoginDao.class)
          .open(account, 1, "{}", held, MailOutbox.EXAMPLE, AuditContext.EXAMPLE);
      CompletableFuture<Answer> change = meanwhile(this::changePassword);
      login.commit();

      assertThat(change.get().status()).isEqualTo(200);
      assertThat(living(held.id().toString())).isFalse();
      assertThat(living(owner.text("session_id"))).isFalse();
      assertThat(living(change.get().text("session_id"))).isTrue();
    }
  }

  @Test
  void aLoginDuringAPasswordChangeIsRefused() throws Exception {
    try (Connection connection = SERVICE.connection();
        Handle change = handle(connection)) {
      change.begin();
      change
          .attach(PasswordChangeDao.class)
          .change(
              account,
              1,
              "another",
              "changed",
              null,
              LoginDao.Opening.example(),
              MailOutbox.EXAMPLE,
              AuditContext.EXAMPLE);
      CompletableFuture<Answer> login = meanwhile(() -> api.login(email, PASSWORD));
      change.commit();

      assertThat(login.get().code()).isEqualTo("invalid_credentials");
    }
  }

  @Test
  void aGlobalLogoutEndsASessionThatIsBeingOpened() throws Exception {
    try (Connection connection = SERVICE.connection();
        Handle login = handle(connection)) {
      LoginDao.Opening opening = LoginDao.Opening.example();
      login.begin();
      login
          .attach(LoginDao.class)
          .open(account, 1, "{}", opening, MailOutbox.EXAMPLE, AuditContext.EXAMPLE);
      CompletableFuture<Answer> logout =
          meanwhile(() -> api.post("/api/v1/auth/logout?scope=global", token(), Map.of()));
      login.commit();

      assertThat(logout.get().status()).isEqualTo(204);
      assertThat(living(opening.id().toString())).isFalse();
    }
  }

  @Test
  void aSessionOpenedDuringAGlobalLogoutSurvivesIt() throws Exception {
    try (Connection connection = SERVICE.connection();
        Handle logout = handle(connection)) {
      logout.begin();
      logout
          .attach(SessionDao.class)
          .endAll(account, null, false, "logout", MailOutbox.EXAMPLE, AuditContext.EXAMPLE);
      CompletableFuture<Answer> login = meanwhile(() -> api.login(email, PASSWORD));
      logout.commit();

      assertThat(login.get().status()).isEqualTo(200);
      assertThat(living(login.get().text("session_id"))).isTrue();
      assertThat(living(owner.text("session_id"))).isFalse();
    }
  }

  @Test
  void aLogoutOfOtherSessionsDoesNotReviveAnEndedSession() throws Exception {
    try (Connection connection = SERVICE.connection();
        Handle all = handle(connection)) {
      all.begin();
      all.attach(SessionDao.class)
          .endAll(account, null, false, "logout", MailOutbox.EXAMPLE, AuditContext.EXAMPLE);
      CompletableFuture<Answer> others =
          meanwhile(() -> api.post("/api/v1/auth/logout?scope=others", token(), Map.of()));
      all.commit();

      assertThat(others.get().code()).isEqualTo("session_ended");
      assertThat(living(owner.text("session_id"))).isFalse();
    }
  }

  @Test
  void sessionsEndEvenIfTheDatabasesClockIsSetBack() {
    Answer later = api.login(email, PASSWORD);
    SERVICE.sql(
        "UPDATE session SET created_at = now() + INTERVAL '30 s' WHERE id = ?::uuid",
        later.text("session_id"));
    assertThat(changePassword().status()).isEqualTo(200);
    assertThat(living(later.text("session_id"))).isFalse();
    assertThat(api.me(later.text("access_token")).code()).isEqualTo("session_ended");

    SERVICE.sql(
        "UPDATE account SET sessions_ended_at = now() + INTERVAL '1 min' WHERE id = ?", account);
    Answer next = api.login(email, "an even better passphrase");
    assertThat(living(next.text("session_id"))).isTrue();
    assertThat(
            api.post("/api/v1/auth/logout?scope=global", next.text("access_token"), Map.of())
                .status())
        .isEqualTo(204);
    assertThat(living(next.text("session_id"))).isFalse();
    assertThat(api.me(next.text("access_token")).code()).isEqualTo("session_ended");
  }

  @Test
  void concurrentGlobalLogoutsRecordOneEvent() throws Exception {
    List<Answer> answers =
        Parallel.run(6, i -> api.post("/api/v1/auth/logout?scope=global", token(), Map.of()));

    assertThat(answers).filteredOn(answer -> answer.status() == 204).hasSize(1);
    assertThat(
            SERVICE.value(
                "SELECT count(*) FROM audit_event WHERE event = 'sessions.ended' AND account_id = ?",
                account))
        .isEqualTo("1");
  }

  private String token() {
    return owner.text("access_token");
  }

  private static boolean living(String session) {
    return SERVICE
        .value("SELECT count(*) FROM living_session WHERE id = ?::uuid", session)
        .equals("1");
  }

  private static Handle handle(Connection connection) {
    return Jdbi.create(connection)
        .installPlugin(new SqlObjectPlugin())
        .registerRowMapper(new RecordRows())
        .open();
  }

  /** Sends a request and returns once it waits for the other transaction. */
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
