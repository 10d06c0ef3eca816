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
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An account with 100,000 sessions is as quickly taken back as one with ten: its sessions end by
 * one row, and their own rows follow.
 */
final class ManySessionsIT {
  private static final int MANY = 100_000;
  private static final int FEW = 10;
  private static final int TRIES = 3;
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String NEW_PASSWORD = "an even better passphrase";

  /** Where nothing ends rows in the background, what answers is the one row. */
  @RegisterExtension
  static final RunningService SERVICE = new RunningService().with("housekeeping.interval", "1h");

  @RegisterExtension
  static final RunningService TIDY =
      new RunningService().with("housekeeping.interval", "200ms").with("sessions.per_account", "5");

  private final ApiClient api = SERVICE.api();
  private final String admin = AdminAccount.token(SERVICE);

  @Test
  void areTakenBackAsSoonAsAFew() {
    Map<String, Long> few = new TreeMap<>();
    Map<String, Long> many = new TreeMap<>();
    // The two take turns, and the best of each counts: what else the machine does hits both.
    for (int i = 0; i < TRIES; i++) {
      takeBack(FEW, few);
      takeBack(MANY, many);
    }

    few.forEach((action, nanos) ->
        assertThat(many.get(action))
            .as("%s of %d sessions, of a few: %d ns", action, MANY, nanos)
            .isLessThanOrEqualTo(3 * nanos));
  }

  @Test
  void leavesOneEventAndEndsTheRowsLaterWithoutAnother() throws Exception {
    ApiClient tidy = TIDY.api();
    Answer owner = tidy.register(newEmail());
    String account = tidy.me(owner.text("access_token")).text("account_id");
    fill(TIDY, account, 3_000);
    assertThat(
            tidy.post("/api/v1/auth/logout?scope=others", owner.text("access_token"), Map.of())
                .status())
        .isEqualTo(204);

    Eventually.within(
        SOON,
        () ->
            open(TIDY, account) == 1
                && TIDY.value("SELECT count(*) FROM session_ending").equals("0"));
    assertThat(
            TIDY.value(
                "SELECT string_agg(event, ' ' ORDER BY event) FROM audit_event"
                    + " WHERE account_id = ?::uuid",
                account))
        .isEqualTo("session.started sessions.ended user.registered");
    assertThat(
            TIDY.value(
                "SELECT count(DISTINCT ended_at) || ' ' || max(end_reason) FROM session"
                    + " WHERE account_id = ?::uuid AND ended_at IS NOT NULL",
                account))
        .isEqualTo("1 logout");
    assertThat(tidy.me(owner.text("access_token")).status()).isEqualTo(200);
  }

  @Test
  void deletesTheRowsOfADeletedAccount() throws Exception {
    ApiClient tidy = TIDY.api();
    Answer owner = tidy.register(newEmail());
    String token = owner.text("access_token");
    String account = tidy.me(token).text("account_id");
    fill(TIDY, account, 1_200);
    tidy.delete(
        "/api/v1/auth/sessions/"
            + TIDY.value(
                "SELECT id FROM session WHERE account_id = ?::uuid AND secret_hash = '' LIMIT 1",
                account),
        token,
        null);
    assertThat(tidy.delete("/api/v1/auth/me", token, Map.of("password", PASSWORD)).status())
        .isEqualTo(204);

    Eventually.within(
        SOON,
        () ->
            TIDY.value("SELECT count(*) FROM session WHERE account_id = ?::uuid", account)
                .equals("0"));
  }

  @Test
  void endsTheLongestUnusedSessionsBeyondTheCap() throws Exception {
    ApiClient tidy = TIDY.api();
    String email = newEmail();
    List<Answer> sessions =
        IntStream.range(0, 4)
            .mapToObj(i -> i == 0 ? tidy.register(email) : tidy.login(email, PASSWORD))
            .toList();
    String account = tidy.me(sessions.getFirst().text("access_token")).text("account_id");
    // The first is used, so the second is the longest unused.
    Answer used = tidy.refresh(sessions.getFirst().text("refresh_token"));
    tidy.login(email, PASSWORD);
    tidy.login(email, PASSWORD);

    Eventually.within(SOON, () -> open(TIDY, account) == 5);
    assertThat(tidy.me(sessions.get(1).text("access_token")).code()).isEqualTo("session_ended");
    assertThat(tidy.me(used.text("access_token")).status()).isEqualTo(200);
    assertThat(tidy.me(sessions.get(2).text("access_token")).status()).isEqualTo(200);
    assertThat(
            TIDY.value(
                "SELECT actor || ' ' || (details->>'reason') FROM audit_event"
                    + " WHERE event = 'session.ended' AND account_id = ?::uuid",
                account))
        .isEqualTo("system too_many_sessions");
  }

  @Test
  void keepsTheCapWhileVeryManyRowsAreStillToBeEnded() throws Exception {
    ApiClient tidy = TIDY.api();
    String email = newEmail();
    Answer busy = tidy.register(newEmail());
    fill(TIDY, tidy.me(busy.text("access_token")).text("account_id"), MANY);
    Answer owner = tidy.register(email);
    String account = tidy.me(owner.text("access_token")).text("account_id");
    fill(TIDY, account, 20);
    tidy.post("/api/v1/auth/logout?scope=global", busy.text("access_token"), Map.of());
    tidy.login(email, PASSWORD);

    Eventually.within(SOON, () -> open(TIDY, account) == 5);
    assertThat(TIDY.value("SELECT count(*) FROM session_ending")).as("still at it").isEqualTo("1");
  }

  /** Everything that ends all sessions of an account, with the shortest time that it took. */
  private void takeBack(int sessions, Map<String, Long> nanos) {
    String email = newEmail();
    Answer owner = api.register(email);
    String account = api.me(owner.text("access_token")).text("account_id");
    fill(SERVICE, account, sessions);
    take(
        "password change",
        owner,
        nanos,
        token ->
            api.post(
                "/api/v1/auth/password",
                token,
                Map.of("current_password", PASSWORD, "new_password", NEW_PASSWORD)));
    take(
        "global logout",
        again(email, account),
        nanos,
        token -> api.post("/api/v1/auth/logout?scope=global", token, Map.of()));
    String path = "/api/v1/admin/accounts/" + account;
    take(
        "closing by an admin",
        again(email, account),
        nanos,
        token -> api.post(path + "/disable", admin, Map.of()));
    api.post(path + "/enable", admin, Map.of());
    take(
        "deletion",
        again(email, account),
        nanos,
        token -> api.delete("/api/v1/auth/me", token, Map.of("password", NEW_PASSWORD)));
  }

  /** All of the account's sessions live again, and there is one more. */
  private Answer again(String email, String account) {
    SERVICE.sql("UPDATE account SET sessions_ended_at = '-infinity' WHERE id = ?::uuid", account);
    return api.login(email, NEW_PASSWORD);
  }

  private void take(
      String action, Answer owner, Map<String, Long> nanos, Function<String, Answer> request) {
    String token = owner.text("access_token");
    assertThat(api.me(token).status()).as("remembered").isEqualTo(200);
    long began = System.nanoTime();
    Answer answer = request.apply(token);
    nanos.merge(action, System.nanoTime() - began, Math::min);

    assertThat(answer.status()).as(action).isBetween(200, 204);
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
