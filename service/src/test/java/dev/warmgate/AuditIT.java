package dev.warmgate;

import static dev.warmgate.ApiClient.PASSWORD;
import static dev.warmgate.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.problem.ProblemMapper;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens stands in the trail, with who did it and in which request, and nothing secret. */
final class AuditIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String TRACE_HEADER = "X-Test-Trace";
  private static final Logger LOG = (Logger) org.slf4j.LoggerFactory.getLogger("audit");
  private static final Logger FAILURES =
      (Logger) org.slf4j.LoggerFactory.getLogger(ProblemMapper.class);
  private static final Lines LINES = new Lines();

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("switches.rate_limits", "true")
          .with("rate_limits.login", "6000/1m")
          .with("rate_limits.register", "6000/1m")
          .with("rate_limits.failed_login", "3/10m")
          .with("housekeeping.interval", "200ms")
          // Stands for the agent: makes a span current around the request.
          .withServletFilter((request, response, chain) -> {
            String trace = ((HttpServletRequest) request).getHeader(TRACE_HEADER);
            try (Scope _ = trace == null ? Scope.noop() : span(trace).makeCurrent()) {
              chain.doFilter(request, response);
            }
          });

  /** The lines of the log, with their fields. */
  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      event.prepareForDeferredProcessing();
      events.add(event);
    }
  }

  private final ApiClient api = SERVICE.api();
  private final String email = newEmail();
  private String request = "";
  private String trace = "";
  private Answer first;
  private String account;

  private static Span span(String trace) {
    return Span.wrap(
        SpanContext.create(
            trace, "00000000000000aa", TraceFlags.getSampled(), TraceState.getDefault()));
  }

  @BeforeAll
  static void listen() {
    LOG.setLevel(Level.INFO);
    LOG.setAdditive(false);
    LINES.start();
    LOG.addAppender(LINES);
    FAILURES.addAppender(LINES);
  }

  @AfterAll
  static void listenNoMore() {
    LOG.detachAppender(LINES);
    FAILURES.detachAppender(LINES);
    LOG.setAdditive(true);
    LOG.setLevel(Level.WARN);
  }

  @BeforeEach
  void register() {
    first = send("POST", "auth/register", null, credentials(email, PASSWORD));
    account = SERVICE.value("SELECT id FROM account WHERE email = ?", email);
  }

  @Test
  void tellsOfARegistration() {
    assertThat(events()).containsExactlyInAnyOrder("user.registered", "session.started");
    assertThat(column("user.registered", "account_id")).isEqualTo(account);
    assertThat(column("session.started", "session_id")).isEqualTo(first.text("session_id"));
    assertThat(column("session.started", "actor")).isEqualTo("account:" + account);
  }

  @Test
  void tellsOfALogin() {
    Answer login = login(email, PASSWORD);

    assertThat(events()).containsExactly("session.started");
    assertThat(column("session.started", "session_id")).isEqualTo(login.text("session_id"));
  }

  @Test
  void tellsOfFailedLoginsAndThenOfBlockedOnes() throws Exception {
    login(email, "not the password");
    await("login.failed");
    assertThat(column("login.failed", "account_id")).isEqualTo(account);
    assertThat(column("login.failed", "actor")).isEqualTo("anonymous");
    assertThat(column("login.failed", "details->>'reason'")).isEqualTo("wrong_password");

    login(newEmail(), "not the password");
    await("login.failed");
    assertThat(column("login.failed", "details->>'reason'")).isEqualTo("unknown_account");

    for (int i = 0; i < 3; i++) {
      login(email, "not the password");
    }
    await("login.blocked");
    assertThat(column("login.blocked", "account_id")).isEqualTo(account);
  }

  @Test
  void tellsOfAnAnswerGivenAgainAndOfAStolenToken() {
    send("POST", "auth/refresh", null, refreshToken(first));
    assertThat(events()).as("a rotation is not told").isEmpty();

    Answer again = send("POST", "auth/refresh", null, refreshToken(first));
    assertThat(again.status()).isEqualTo(200);
    assertThat(events()).containsExactly("refresh.graced");

    send("POST", "auth/refresh", null, refreshToken(again));
    Answer stolen = send("POST", "auth/refresh", null, refreshToken(first));
    assertThat(stolen.code()).isEqualTo("refresh_token_reused");
    assertThat(events()).containsExactlyInAnyOrder("refresh.reused", "session.ended");
    assertThat(column("session.ended", "details->>'reason'")).isEqualTo("refresh_token_reused");
    assertThat(column("refresh.reused", "session_id")).isEqualTo(first.text("session_id"));
  }

  @Test
  void tellsOfEverySessionThatEnds() {
    Answer second = login(email, PASSWORD);
    send("DELETE", "auth/sessions/" + second.text("session_id"), first, null);
    assertThat(events()).containsExactly("session.ended");
    assertThat(column("session.ended", "details->>'reason'")).isEqualTo("ended_by_owner");

    login(email, PASSWORD);
    send("POST", "auth/logout?scope=global", first, null);
    assertThat(events()).containsExactly("session.ended", "session.ended");
  }

  @Test
  void tellsOfAPasswordAndOfWhoDidNotKnowIt() throws Exception {
    Answer second = login(email, PASSWORD);
    send("POST", "auth/password", first, passwords("not the password"));
    await("password.refused");
    assertThat(column("password.refused", "actor")).isEqualTo("account:" + account);

    send("POST", "auth/password", first, passwords(PASSWORD));
    assertThat(events()).containsExactlyInAnyOrder("password.changed", "session.ended");
    assertThat(column("session.ended", "session_id")).isEqualTo(second.text("session_id"));
  }

  @Test
  void outlivesTheAccountItTellsOf() {
    assertThat(send("DELETE", "auth/me", first, Map.of("password", PASSWORD)).status())
        .isEqualTo(204);

    assertThat(events()).containsExactlyInAnyOrder("account.deleted", "session.ended");
    assertThat(column("account.deleted", "account_id")).isEqualTo(account);
  }

  @Test
  void tellsWhoMadeTheFirstKey() {
    assertThat(SERVICE.value("SELECT actor FROM audit_event WHERE event = 'key.created'"))
        .isEqualTo("system");
  }

  @Test
  void namesTheRequestItsTraceAndItsAddressInEveryRowAndEveryLine() throws Exception {
    assertThat(column("session.started", "trace_id")).isEqualTo(trace);
    assertThat(column("session.started", "client_address")).isEqualTo("127.0.0.1");
    Map<String, String> line = line("session.started");
    assertThat(line).containsEntry("account_id", account).containsEntry("request_id", request);
    assertThat(line).containsEntry("trace_id", trace).containsEntry("details", "{}");
    assertThat(line).containsEntry("actor", "account:" + account);

    login(email, "not the password");
    await("login.failed");
    assertThat(column("login.failed", "trace_id")).isEqualTo(trace);
    assertThat(column("login.failed", "client_address")).isEqualTo("127.0.0.1");
    assertThat(line("login.failed")).containsEntry("trace_id", trace);
  }

  @Test
  void holdsNothingSecret() throws Exception {
    Answer login = login(email, PASSWORD);
    login(email, "a wrong password");
    await("login.failed");
    String rows = SERVICE.value("SELECT string_agg(audit_event::text, ' ') FROM audit_event");
    List<String> told = new ArrayList<>(List.of(rows));
    LINES.events.forEach(line -> told.add(line.getMessage() + line.getMDCPropertyMap()));

    assertThat(told)
        .allSatisfy(text ->
            assertThat(text)
                .doesNotContain(
                    email,
                    "@example.com",
                    PASSWORD,
                    "a wrong password",
                    login.text("access_token"),
                    login.text("refresh_token"),
                    first.text("refresh_token")));
  }

  @Test
  void doesNotTellOfWhatDidNotHappen() {
    String session = first.text("session_id");
    SERVICE.sql(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            + "$$ BEGIN RAISE EXCEPTION 'refused by the test'; END $$");
    SERVICE.sql(
        "CREATE TRIGGER refuse BEFORE INSERT ON revocation FOR EACH ROW WHEN (NEW.ref = '"
            + session
            + "') EXECUTE FUNCTION refuse()");

    assertThat(send("POST", "auth/logout", first, null).status()).isEqualTo(500);
    assertThat(events()).isEmpty();
    assertThat(SERVICE.value("SELECT ended_at FROM session WHERE id = ?::uuid", session)).isNull();
    assertThat(failure(request)).contains("refused by the test").doesNotContain(session);
  }

  @Test
  void canOnlyGrow() {
    for (String change :
        List.of(
            "UPDATE audit_event SET actor = 'nobody'",
            "DELETE FROM audit_event",
            "TRUNCATE audit_event")) {
      assertThatThrownBy(() -> SERVICE.sql(change))
          .as(change)
          .hasRootCauseMessage(
              "ERROR: audit_event is append-only\n  Where: PL/pgSQL function "
                  + "keep_audit_events() line 6 at RAISE");
    }
  }

  @Test
  void forgetsWhatIsOlderThanTheRetentionAndNothingElse() throws Exception {
    SERVICE.sql(
        "INSERT INTO audit_event (occurred_at, event, actor, request_id) "
            + "SELECT now() - days * INTERVAL '1 day', 'user.registered', 'system', 'days ' || days "
            + "FROM (VALUES (364), (366), (900)) AS ages (days)");
    SERVICE.sql(
        "INSERT INTO session (id, account_id, secret_hash, idle_expires_at, expires_at, ended_at) "
            + "SELECT gen_random_uuid(), ?::uuid, '', now(), now() - days * INTERVAL '1 day', ended "
            + "FROM (VALUES (31, NULL), (-50, now() - INTERVAL '31 days'), (29, NULL), "
            + "(-50, now() - INTERVAL '29 days')) AS ages (days, ended)",
        account);

    Eventually.within(SOON, () -> count("request_id LIKE 'days %'") == 1 && sessions().equals("3"));
    assertThat(count("request_id = 'days 364'")).isEqualTo(1);
  }

  @Test
  void isReadByAdminsPageByPage() {
    login(email, PASSWORD);
    login(email, PASSWORD);
    String admin = admin();

    List<JsonNode> read = new ArrayList<>();
    String before = "";
    while (!before.equals("null")) {
      JsonNode page = read("?account=" + account + "&limit=2" + before, admin).body();
      page.path("events").forEach(read::add);
      JsonNode next = page.path("next_before");
      before = next.isNull() ? "null" : "&before=" + next.asText();
    }

    assertThat(read)
        .extracting(event -> event.path("event").asText())
        .containsExactly(
            "session.started", "session.started", "session.started", "user.registered");
    assertThat(read)
        .isSortedAccordingTo(
            (one, other) -> Long.compare(other.path("id").asLong(), one.path("id").asLong()));
    JsonNode newest = read.getFirst();
    assertThat(newest.path("actor").asText()).isEqualTo("account:" + account);
    assertThat(newest.path("request_id").asText()).isNotEmpty();
    assertThat(newest.path("details").isObject()).isTrue();
  }

  @Test
  void isFilteredByEventAndTime() {
    String admin = admin();
    String of = "?account=" + account;
    String then =
        SERVICE.value(
            "SELECT to_char(max(occurred_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
                + " FROM audit_event WHERE account_id = ?::uuid",
            account);

    assertThat(read(of + "&event=user.registered", admin).body().path("events")).hasSize(1);
    assertThat(read(of + "&since=" + then, admin).body().path("events")).isNotEmpty();
    assertThat(read(of + "&until=2020-01-01T00:00:00Z", admin).body().path("events")).isEmpty();
    for (String wrong :
        List.of("event=nothing", "limit=0", "limit=1000", "before=x", "account=x", "since=now")) {
      assertThat(read("?" + wrong, admin).code()).as(wrong).isEqualTo("validation_failed");
    }
  }

  @Test
  void isForAdminsOnly() {
    assertThat(api.get("/api/v1/audit").status()).isEqualTo(401);
    assertThat(read("", first.text("access_token")).code()).isEqualTo("forbidden");
  }

  /** What the log says of a request that failed. */
  private static String failure(String request) {
    return LINES.events.stream()
        .filter(line -> line.getThrowableProxy() != null)
        .filter(line -> request.equals(line.getMDCPropertyMap().get("request_id")))
        .map(line -> ThrowableProxyUtil.asString(line.getThrowableProxy()))
        .findFirst()
        .orElseThrow();
  }

  private String admin() {
    String admins = newEmail();
    api.register(admins);
    SERVICE.sql("UPDATE account SET role = 'admin' WHERE email = ?", admins);
    return api.login(admins, PASSWORD).text("access_token");
  }

  private Answer read(String query, String token) {
    return api.get("/api/v1/audit" + query, token);
  }

  private Answer login(String as, String password) {
    return send("POST", "auth/login", null, credentials(as, password));
  }

  /** In a request and a trace of its own. */
  private Answer send(String method, String path, Answer session, Map<String, String> body) {
    request = "request-" + UUID.randomUUID();
    trace = UUID.randomUUID().toString().replace("-", "");
    String token = session == null ? null : session.text("access_token");
    return api.send(
        api.request(method, "/api/v1/" + path, token, body == null ? null : json(body))
            .header("X-Request-Id", request)
            .header(TRACE_HEADER, trace));
  }

  private static String json(Map<String, String> body) {
    return new com.fasterxml.jackson.databind.ObjectMapper().valueToTree(body).toString();
  }

  private static Map<String, String> credentials(String email, String password) {
    return Map.of("email", email, "password", password);
  }

  private static Map<String, String> passwords(String current) {
    return Map.of("current_password", current, "new_password", "an even better passphrase");
  }

  private static Map<String, String> refreshToken(Answer session) {
    return Map.of("refresh_token", session.text("refresh_token"));
  }

  /** Of the last request. */
  private List<String> events() {
    String events =
        SERVICE.value(
            "SELECT string_agg(event, ' ') FROM audit_event WHERE request_id = ?", request);
    return events == null ? List.of() : List.of(events.split(" "));
  }

  private void await(String event) throws Exception {
    Eventually.within(SOON, () -> events().contains(event));
  }

  private String column(String event, String column) {
    return SERVICE.value(
        "SELECT " + column + " FROM audit_event WHERE event = ? AND request_id = ?",
        event,
        request);
  }

  private static int count(String condition) {
    return Integer.parseInt(SERVICE.value("SELECT count(*) FROM audit_event WHERE " + condition));
  }

  private String sessions() {
    return SERVICE.value("SELECT count(*) FROM session WHERE account_id = ?::uuid", account);
  }

  /** The fields of the log line of the last request that tells of that event. */
  private Map<String, String> line(String event) {
    return LINES.events.stream()
        .filter(line -> line.getMessage().equals(event))
        .map(ILoggingEvent::getMDCPropertyMap)
        .filter(fields -> request.equals(fields.get("request_id")))
        .findFirst()
        .orElseThrow();
  }
}
