package dev.warmgate.audit;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks that the audit trail records events with their actor and request, without secrets. */
@Tag("quick")
final class AuditIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String TRACE_HEADER = "X-Test-Trace";
  private static final AuditLines LINES = new AuditLines();

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("switches.rate_limits", "true")
          .with("rate_limits.login", "6000/1m")
          .with("rate_limits.register", "6000/1m")
          .with("rate_limits.failed_login", "3/10m")
          // Stands in for the OpenTelemetry agent: makes a span current during the request.
          .withOutermost((service, request, response, callback) -> {
            String trace = request.getHeaders().get(TRACE_HEADER);
            try (Scope _ = trace == null ? Scope.noop() : span(trace).makeCurrent()) {
              return service.handle(request, response, callback);
            }
          });

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
    LINES.listen();
  }

  @AfterAll
  static void stopListening() {
    LINES.stopListening();
  }

  @BeforeEach
  void register() {
    first = send("POST", "auth/register", null, credentials(email, PASSWORD));
    account = SERVICE.value("SELECT id FROM account WHERE email = ?", email);
  }

  @Test
  void recordsARegistration() {
    assertThat(events()).containsExactlyInAnyOrder("user.registered", "session.started");
    assertThat(column("user.registered", "account_id")).isEqualTo(account);
    assertThat(column("session.started", "session_id")).isEqualTo(first.text("session_id"));
    assertThat(column("session.started", "actor")).isEqualTo("account:" + account);
  }

  @Test
  void recordsALogin() {
    Answer login = login(email, PASSWORD);

    assertThat(events()).containsExactly("session.started");
    assertThat(column("session.started", "session_id")).isEqualTo(login.text("session_id"));
  }

  @Test
  void recordsFailedAndThenBlockedLogins() throws Exception {
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
  void recordsRefusedRegistrationsAndDeniedAccess() throws Exception {
    send("POST", "auth/register", null, credentials(email, PASSWORD));
    await("register.refused");
    assertThat(column("register.refused", "account_id")).isEqualTo(account);
    assertThat(column("register.refused", "actor")).isEqualTo("anonymous");

    assertThat(send("GET", "audit", first, null).status()).isEqualTo(403);
    await("access.denied");
    assertThat(column("access.denied", "actor")).isEqualTo("account:" + account);
  }

  @Test
  void recordsAReplayedRefreshAndAReusedToken() {
    send("POST", "auth/refresh", null, refreshToken(first));
    assertThat(events()).as("a rotation is not recorded").isEmpty();

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
  void recordsEverySessionThatEnds() {
    Answer second = login(email, PASSWORD);
    send("DELETE", "auth/sessions/" + second.text("session_id"), first, null);
    assertThat(events()).containsExactly("session.ended");
    assertThat(column("session.ended", "details->>'reason'")).isEqualTo("ended_by_owner");

    login(email, PASSWORD);
    send("POST", "auth/logout?scope=global", first, null);
    assertThat(events()).as("one event for all sessions").containsExactly("sessions.ended");
    assertThat(column("sessions.ended", "details->>'reason'")).isEqualTo("logout");
    assertThat(column("sessions.ended", "account_id")).isEqualTo(account);

    Answer kept = login(email, PASSWORD);
    assertThat(send("DELETE", "auth/sessions/" + first.text("session_id"), kept, null).code())
        .as("a session that ended with the others")
        .isEqualTo("session_not_found");
    send("POST", "auth/logout?scope=others", kept, null);
    assertThat(column("sessions.ended", "details->>'spared_session_id'"))
        .isEqualTo(kept.text("session_id"));
  }

  @Test
  void recordsAPasswordChangeAndARefusedOne() throws Exception {
    send("POST", "auth/password", first, passwords("not the password"));
    await("password.refused");
    assertThat(column("password.refused", "actor")).isEqualTo("account:" + account);

    Answer changed = send("POST", "auth/password", first, passwords(PASSWORD));
    assertThat(events())
        .containsExactlyInAnyOrder(
            "password.changed", "user.updated", "sessions.ended", "session.started");
    assertThat(column("sessions.ended", "details->>'reason'")).isEqualTo("password_changed");
    assertThat(column("session.started", "session_id")).isEqualTo(changed.text("session_id"));
  }

  @Test
  void outlivesTheAccount() {
    assertThat(send("DELETE", "auth/me", first, Map.of("password", PASSWORD)).status())
        .isEqualTo(204);

    assertThat(events()).containsExactlyInAnyOrder("user.deleted", "sessions.ended");
    assertThat(column("user.deleted", "account_id")).isEqualTo(account);
  }

  @Test
  void recordsTheActorOfTheFirstKey() {
    assertThat(SERVICE.value("SELECT actor FROM audit_event WHERE event = 'key.created'"))
        .isEqualTo("system");
  }

  @Test
  void namesTheRequestTraceAndAddressInEveryRowAndLine() throws Exception {
    assertThat(column("session.started", "trace_id")).isEqualTo(trace);
    assertThat(column("session.started", "client_address")).isEqualTo("127.0.0.1");
    Map<String, String> line = LINES.of(request, "session.started");
    assertThat(line).containsEntry("account_id", account).containsEntry("request_id", request);
    assertThat(line).containsEntry("trace_id", trace).containsEntry("details", "{}");
    assertThat(line).containsEntry("actor", "account:" + account);

    login(email, "not the password");
    await("login.failed");
    assertThat(column("login.failed", "trace_id")).isEqualTo(trace);
    assertThat(column("login.failed", "client_address")).isEqualTo("127.0.0.1");
    assertThat(LINES.of(request, "login.failed")).containsEntry("trace_id", trace);
  }

  @Test
  void containsNoSecrets() throws Exception {
    Answer login = login(email, PASSWORD);
    login(email, "a wrong password");
    await("login.failed");
    String rows = SERVICE.value("SELECT string_agg(audit_event::text, ' ') FROM audit_event");
    List<String> output = new ArrayList<>(List.of(rows));
    output.addAll(LINES.texts());

    assertThat(output)
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
  void doesNotRecordAChangeThatWasRolledBack() {
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
    assertThat(LINES.failure(request)).contains("refused by the test").doesNotContain(session);
  }

  private Answer login(String as, String password) {
    return send("POST", "auth/login", null, credentials(as, password));
  }

  /** Sends the request with a new request id and trace id. */
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

  /** Returns the events of the last request. */
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
}
