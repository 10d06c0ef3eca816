package dev.warmgate.session;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Checks that ending very many sessions writes no more than ending a few: one row ends them all,
 * and housekeeping updates the session rows later.
 */
final class ManySessionsIT {
  private static final int MANY = Boolean.getBoolean("tests.full") ? 100_000 : 20_000;
  private static final int BYTES_OF_ONE_UPDATE = 100;
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String NEW_PASSWORD = "an even better passphrase";

  /** Housekeeping does not run here, so only the one row ends the sessions. */
  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("housekeeping.interval", "1h");

  @RegisterExtension
  static final RunningService WITH_HOUSEKEEPING =
      new RunningService().with("housekeeping.interval", "200ms").with("sessions.per_account", "5");

  private final ApiClient api = SERVICE.api();
  private final String admin = AdminAccount.token(SERVICE);

  /** Counts what PostgreSQL writes, since a busy machine stretches every time. */
  @Test
  void endWithoutAWritePerSession() {
    String email = newEmail();
    Answer owner = api.register(email);
    String account = api.me(owner.text("access_token")).text("account_id");
    fill(SERVICE, account, MANY);
    ends(
        "password change",
        owner,
        token ->
            api.post(
                "/api/v1/auth/password",
                token,
                Map.of("current_password", PASSWORD, "new_password", NEW_PASSWORD)));
    ends(
        "global logout",
        revive(email, account),
        token -> api.post("/api/v1/auth/logout?scope=global", token, Map.of()));
    String path = "/api/v1/admin/accounts/" + account;
    ends(
        "disabling by an admin",
        revive(email, account),
        token -> api.post(path + "/disable", admin, Map.of()));
    api.post(path + "/enable", admin, Map.of());
    ends(
        "deletion",
        revive(email, account),
        token -> api.delete("/api/v1/auth/me", token, Map.of("password", NEW_PASSWORD)));
  }

  @Test
  void recordOneEventAndUpdateTheirRowsLater() throws Exception {
    ApiClient client = WITH_HOUSEKEEPING.api();
    Answer owner = client.register(newEmail());
    String account = client.me(owner.text("access_token")).text("account_id");
    fill(WITH_HOUSEKEEPING, account, 3_000);
    assertThat(
            client
                .post("/api/v1/auth/logout?scope=others", owner.text("access_token"), Map.of())
                .status())
        .isEqualTo(204);

    Eventually.within(
        SOON,
        () ->
            open(WITH_HOUSEKEEPING, account) == 1
                && WITH_HOUSEKEEPING.value("SELECT count(*) FROM session_ending").equals("0"));
    assertThat(
            WITH_HOUSEKEEPING.value(
                "SELECT string_agg(event, ' ' ORDER BY event) FROM audit_event"
                    + " WHERE account_id = ?::uuid",
                account))
        .isEqualTo("session.started sessions.ended user.registered");
    assertThat(
            WITH_HOUSEKEEPING.value(
                "SELECT count(DISTINCT ended_at) || ' ' || max(end_reason) FROM session"
                    + " WHERE account_id = ?::uuid AND ended_at IS NOT NULL",
                account))
        .isEqualTo("1 logout");
    assertThat(client.me(owner.text("access_token")).status()).isEqualTo(200);
  }

  @Test
  void areDeletedWithTheirAccount() throws Exception {
    ApiClient client = WITH_HOUSEKEEPING.api();
    Answer owner = client.register(newEmail());
    String token = owner.text("access_token");
    String account = client.me(token).text("account_id");
    fill(WITH_HOUSEKEEPING, account, 1_200);
    client.delete(
        "/api/v1/auth/sessions/"
            + WITH_HOUSEKEEPING.value(
                "SELECT id FROM session WHERE account_id = ?::uuid AND secret_hash = '' LIMIT 1",
                account),
        token,
        null);
    assertThat(client.delete("/api/v1/auth/me", token, Map.of("password", PASSWORD)).status())
        .isEqualTo(204);

    Eventually.within(
        SOON,
        () ->
            WITH_HOUSEKEEPING
                .value("SELECT count(*) FROM session WHERE account_id = ?::uuid", account)
                .equals("0"));
  }

  @Test
  void endInOrderOfTheirLastUseBeyondTheCap() throws Exception {
    ApiClient client = WITH_HOUSEKEEPING.api();
    String email = newEmail();
    List<Answer> sessions =
        IntStream.range(0, 4)
            .mapToObj(i -> i == 0 ? client.register(email) : client.login(email, PASSWORD))
            .toList();
    String account = client.me(sessions.getFirst().text("access_token")).text("account_id");
    // The first is used, so the second is the longest unused.
    Answer used = client.refresh(sessions.getFirst().text("refresh_token"));
    client.login(email, PASSWORD);
    client.login(email, PASSWORD);

    Eventually.within(SOON, () -> open(WITH_HOUSEKEEPING, account) == 5);
    // Its token is cached since the login, until the revocation is read.
    String ended = sessions.get(1).text("access_token");
    Eventually.within(SOON, () -> client.me(ended).code().equals("session_ended"));
    assertThat(client.me(used.text("access_token")).status()).isEqualTo(200);
    assertThat(client.me(sessions.get(2).text("access_token")).status()).isEqualTo(200);
    assertThat(
            WITH_HOUSEKEEPING.value(
                "SELECT actor || ' ' || (details->>'reason') FROM audit_event"
                    + " WHERE event = 'session.ended' AND account_id = ?::uuid",
                account))
        .isEqualTo("system too_many_sessions");
  }

  @Test
  void stayWithinTheCapWhileManyRowsArePending() throws Exception {
    ApiClient client = WITH_HOUSEKEEPING.api();
    String email = newEmail();
    Answer busy = client.register(newEmail());
    fill(WITH_HOUSEKEEPING, client.me(busy.text("access_token")).text("account_id"), MANY);
    Answer owner = client.register(email);
    String account = client.me(owner.text("access_token")).text("account_id");
    fill(WITH_HOUSEKEEPING, account, 20);
    client.post("/api/v1/auth/logout?scope=global", busy.text("access_token"), Map.of());
    client.login(email, PASSWORD);

    Eventually.within(SOON, () -> open(WITH_HOUSEKEEPING, account) == 5);
    assertThat(WITH_HOUSEKEEPING.value("SELECT count(*) FROM session_ending"))
        .as("not finished")
        .isEqualTo("1");
    // The other tests need not wait for it.
    WITH_HOUSEKEEPING.sql("DELETE FROM session_ending");
  }

  /** Revives all sessions of the account and opens another. */
  private Answer revive(String email, String account) {
    SERVICE.sql("UPDATE account SET sessions_ended_at = '-infinity' WHERE id = ?::uuid", account);
    return api.login(email, NEW_PASSWORD);
  }

  private void ends(String action, Answer owner, Function<String, Answer> request) {
    String token = owner.text("access_token");
    assertThat(api.me(token).status()).as("cached").isEqualTo(200);
    String before = SERVICE.value("SELECT pg_current_wal_insert_lsn()");
    Answer answer = request.apply(token);
    String written = SERVICE.value("SELECT pg_current_wal_insert_lsn() - ?::pg_lsn", before);

    assertThat(answer.status()).as(action).isBetween(200, 204);
    assertThat(Integer.parseInt(written))
        .as("bytes written by %s with %d sessions", action, MANY)
        .isLessThan(MANY * BYTES_OF_ONE_UPDATE / 10);
    assertThat(api.me(token).code()).as(action).isEqualTo("session_ended");
    assertThat(api.refresh(owner.text("refresh_token")).status()).as(action).isEqualTo(401);
  }

  private static void fill(RunningService service, String account, int sessions) {
    service.sql(
        "INSERT INTO session (id, account_id, secret_hash, idle_expires_at, expires_at)"
            + " SELECT gen_random_uuid(), ?::uuid, '', now() + INTERVAL '1 d',"
            + " now() + INTERVAL '1 d' FROM generate_series(1, ?)",
        account,
        sessions);
  }

  private static int open(RunningService service, String account) {
    return Integer.parseInt(
        service.value(
            "SELECT count(*) FROM session WHERE account_id = ?::uuid AND ended_at IS NULL",
            account));
  }
}
