package dev.warmgate.admin;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static dev.warmgate.testkit.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.AdminAccount;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RunningService;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what admins can do to other accounts. */
final class AdminIT {
  private static final String ACCOUNTS = "/api/v1/admin/accounts";

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("refresh.predecessor", "off")
          .with("switches.rate_limits", "true")
          .with("rate_limits.login", "10000/1m")
          .with("rate_limits.register", "10000/1m")
          .with("rate_limits.failed_login", "3/10m");

  private static Answer admin;

  @BeforeAll
  static void makeAnAdmin() {
    admin = AdminAccount.login(SERVICE);
  }

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private final Answer user = api.register(email);
  private final String id = api.me(user.text("access_token")).text("account_id");

  @Test
  void refusesEveryoneElse() {
    for (String request :
        List.of(
            "GET ",
            "GET /" + id,
            "POST /search",
            "POST /" + id + "/disable",
            "POST /" + id + "/enable",
            "POST /" + id + "/unlock",
            "DELETE /" + id + "/sessions")) {
      String[] parts = request.split(" ", -1);
      String path = ACCOUNTS + parts[1];
      assertProblem(send(parts[0], path, user.text("access_token")), 403, "forbidden", path);
      assertProblem(send(parts[0], path, null), 401, "missing_token", path);
    }
    assertThat(api.me(user.text("access_token")).status()).isEqualTo(200);
  }

  @Test
  void listsTheNewestFirstPageByPage() {
    for (int i = 0; i < 4; i++) {
      api.register(newEmail());
    }
    int all = Integer.parseInt(SERVICE.value("SELECT count(*) FROM account"));
    List<String> ids = new ArrayList<>();
    List<String> times = new ArrayList<>();
    String next = "";
    for (int page = 0; page == 0 || !next.isEmpty(); page++) {
      Answer answer = get("?limit=3" + (next.isEmpty() ? "" : "&after=" + next));
      answer
          .body()
          .path("accounts")
          .forEach(account -> {
            ids.add(account.path("account_id").asText());
            times.add(account.path("created_at").asText());
          });
      next = answer.text("next");
    }

    assertThat(ids).hasSize(all).doesNotHaveDuplicates();
    assertThat(times.stream().map(java.time.Instant::parse))
        .isSortedAccordingTo(java.util.Comparator.reverseOrder());
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=0", "limit=201", "limit=x", "after=x", "after=1.x", "after="})
  void refusesAnInvalidPage(String query) {
    assertProblem(get("?" + query), 422, "validation_failed", ACCOUNTS);
  }

  @Test
  void findsAccountsByAnAddressPrefixInOrder() {
    String tag = "find" + Long.toString(new Random().nextLong() >>> 1, 36);
    List<String> emails =
        Stream.of("a_x", "a%x", "aax", "b", "É").map(name -> tag + name + "@Example.com").toList();
    emails.forEach(email -> assertThat(api.register(email).status()).as(email).isEqualTo(201));

    assertThat(found(search(tag.toUpperCase(Locale.ROOT), null, 50)))
        .containsExactlyInAnyOrderElementsOf(emails);
    assertThat(found(search(tag + "a_", null, 50))).containsExactly(tag + "a_x@Example.com");
    assertThat(found(search(tag + "a%", null, 50))).containsExactly(tag + "a%x@Example.com");
    assertThat(found(search(tag + "e\u0301", null, 50))).containsExactly(tag + "É@Example.com");
    assertThat(found(search(tag + "c", null, 50))).isEmpty();

    Answer first = search(tag, null, 2);
    Answer second = search(tag, first.text("next"), 2);
    Answer last = search(tag, second.text("next"), 2);
    assertThat(Stream.of(first, second, last).flatMap(page -> found(page).stream()))
        .containsExactly(
            tag + "a%x@Example.com",
            tag + "a_x@Example.com",
            tag + "aax@Example.com",
            tag + "b@Example.com",
            tag + "É@Example.com");
    assertThat(last.body().has("next")).isFalse();
    assertThat(search("a\u0000", null, 2).code()).isEqualTo("validation_failed");
    assertThat(search("", null, 201).code()).isEqualTo("validation_failed");
  }

  @Test
  void servesListAndSearchFromAnIndex() throws Exception {
    SERVICE.sql(
        "INSERT INTO account (id, email, email_key, password_hash, role)"
            + " SELECT gen_random_uuid(), k, k, '', 'user'"
            + " FROM (SELECT 'many' || n || '@example.org' AS k FROM generate_series(1, 5000) n)");
    SERVICE.sql("ANALYZE account");

    assertThat(plan("byEmail"))
        .contains("account_email_key_bytes")
        .doesNotContain("Seq Scan", "Sort");
    assertThat(plan("newest")).contains("account_created_at").doesNotContain("Seq Scan", "Sort");
    SERVICE.sql("DELETE FROM account WHERE email LIKE 'many%'");
  }

  @Test
  void keepsSessionsEndedWhenADisabledAccountIsEnabledAgain() {
    Answer other = api.login(email, PASSWORD);
    assertThat(api.me(other.text("access_token")).status()).as("cached").isEqualTo(200);
    assertThat(get("/" + id).body().path("sessions").asInt()).isEqualTo(2);

    assertThat(act("POST", "disable").status()).isEqualTo(204);
    assertEnded(user);
    assertEnded(other);
    Answer refused = api.login(email, PASSWORD);
    Answer wrong = api.login(email, "another password");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.body()).isEqualTo(wrong.body());
    assertThat(api.register(email).code()).isEqualTo("email_taken");
    Answer disabled = get("/" + id);
    assertThat(disabled.body().path("sessions").asInt()).isZero();
    assertThat(disabled.body().at("/account/disabled_at").asText()).isNotEmpty();
    assertThat(SERVICE.value("SELECT count(*) FROM revocation WHERE ref = ?", id)).isEqualTo("1");
    assertThat(act("POST", "disable").status()).as("disabled twice").isEqualTo(204);

    assertThat(act("POST", "enable").status()).isEqualTo(204);
    assertEnded(user);
    assertEnded(other);
    assertThat(api.me(api.login(email, PASSWORD).text("access_token")).status()).isEqualTo(200);
    assertThat(get("/" + id).body().at("/account").has("disabled_at")).isFalse();
    assertThat(trail()).isEqualTo("account.disabled sessions.ended account.enabled");
  }

  @Test
  void endsASessionThatWasOpenedWhileTheAccountWasDisabled() {
    act("POST", "disable");
    SERVICE.sql("UPDATE session SET ended_at = NULL WHERE id = ?::uuid", user.text("session_id"));
    assertEnded(user);

    act("POST", "enable");
    assertEnded(user);
  }

  @Test
  @Tag("quick")
  void endsEverySessionOfAnAccount() {
    Answer other = api.login(email, PASSWORD);
    assertThat(act("DELETE", "sessions").status()).isEqualTo(204);

    assertEnded(user);
    assertEnded(other);
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
    assertThat(trail()).isEqualTo("sessions.ended");
  }

  @Test
  void unlocksAnAccountAfterFailedLogins() {
    for (int i = 0; i < 3; i++) {
      assertThat(api.login(email, "a wrong password").status()).isEqualTo(401);
    }
    assertThat(api.login(email, PASSWORD).code()).isEqualTo("rate_limited");

    assertThat(act("POST", "unlock").status()).isEqualTo(204);
    assertThat(api.login(email, PASSWORD).status()).isEqualTo(200);
    assertThat(trail()).isEqualTo("account.unlocked");
  }

  @Test
  void refusesToDisableTheAdminsOwnAccount() {
    String own = api.me(admin.text("access_token")).text("account_id");
    String path = ACCOUNTS + "/" + own + "/disable";

    assertProblem(send("POST", path, admin.text("access_token")), 409, "own_account", path);
    assertThat(list(admin).status()).isEqualTo(200);
  }

  @Test
  void refusesAnUnknownAccount() {
    String path = ACCOUNTS + "/" + UUID.randomUUID();
    String token = admin.text("access_token");

    assertProblem(send("GET", path, token), 404, "account_not_found", path);
    for (String action : List.of("disable", "enable", "unlock")) {
      String at = path + "/" + action;
      assertProblem(send("POST", at, token), 404, "account_not_found", at);
    }
    assertProblem(
        send("DELETE", path + "/sessions", token), 404, "account_not_found", path + "/sessions");
  }

  private void assertEnded(Answer session) {
    assertThat(api.me(session.text("access_token")).code()).isEqualTo("session_ended");
    assertThat(api.refresh(session.text("refresh_token")).code()).isEqualTo("session_ended");
  }

  /** Returns the audit events of the admin's actions on the account. */
  private String trail() {
    return SERVICE.value(
        "SELECT string_agg(event, ' ' ORDER BY id) FROM audit_event"
            + " WHERE account_id = ?::uuid AND actor = ?",
        id,
        "account:" + api.me(admin.text("access_token")).text("account_id"));
  }

  private static String plan(String query) throws Exception {
    String sql =
        Stream.of(AdminDao.class.getMethods())
            .filter(method -> method.getName().equals(query))
            .findFirst()
            .orElseThrow()
            .getAnnotation(SqlQuery.class)
            .value()
            .replace(":from", "'many1'")
            .replace(":after", "'many1'")
            .replace(":until", "'many2'")
            .replace(":createdAt", "now()")
            .replace(":id", "gen_random_uuid()")
            .replace(":limit", "51");
    return SERVICE.value("EXPLAIN (FORMAT JSON) " + sql);
  }

  private Answer search(String prefix, String after, int limit) {
    Map<String, Object> body =
        after == null
            ? Map.of("email_prefix", prefix, "limit", limit)
            : Map.of("email_prefix", prefix, "after", after, "limit", limit);
    return api.post(ACCOUNTS + "/search", admin.text("access_token"), body);
  }

  private static List<String> found(Answer page) {
    return page.body().path("accounts").findValuesAsText("email");
  }

  private Answer act(String method, String action) {
    return send(method, ACCOUNTS + "/" + id + "/" + action, admin.text("access_token"));
  }

  private Answer get(String rest) {
    return send("GET", ACCOUNTS + rest, admin.text("access_token"));
  }

  private Answer list(Answer session) {
    return send("GET", ACCOUNTS, session.text("access_token"));
  }

  private Answer send(String method, String path, String token) {
    return api.send(api.request(method, path, token, null));
  }
}
