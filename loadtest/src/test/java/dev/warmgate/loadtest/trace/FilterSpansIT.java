package dev.warmgate.loadtest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.http.Json;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.testkit.TestStack;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks the order of the filters using only the spans that the real agent exports. */
final class FilterSpansIT {
  @TempDir static Path directory;

  private static Stack stack;
  private static TracedClient client;

  @BeforeAll
  static void start() throws InterruptedException {
    stack = TestStack.start(directory, Map.of("RATE_LIMITS", "off"));
    client = new TracedClient(stack.address().baseUrl(), stack.spans());
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void showTheOrderAndTheBypassesOnEveryFastEndpoint() throws Exception {
    String credentials = TestStack.credentials("fast@example.com");
    TracedClient.Traced session = client.post("/api/v1/auth/register", credentials);
    String refresh = Json.of("refresh_token", session.field("refresh_token"));
    List<TracedClient.Traced> replies =
        List.of(
            session,
            client.post("/api/v1/auth/login", credentials),
            client.post("/api/v1/auth/refresh", refresh),
            client.get("/api/v1/auth/me", session.field("access_token")),
            client.get("/api/v1/auth/ping", ""),
            client.get("/api/v1/auth/middleware-status", ""),
            client.get("/openapi.json", ""));

    for (TracedClient.Traced reply : replies) {
      List<Span> trace = client.trace(reply);
      assertThat(reply.status()).isLessThan(300);
      assertThat(FilterTraceCheck.violations(trace)).isEmpty();
      assertThat(outcomes(trace))
          .containsExactly("passed", "passed", "passed", "passed", "bypassed", "bypassed");
    }
  }

  @Test
  void showEveryFilterExecutedOnTheFullLane() throws Exception {
    TracedClient.Traced session =
        client.post("/api/v1/auth/register", TestStack.credentials("full@example.com"));

    TracedClient.Traced reply = client.get("/api/v1/auth/sessions", session.field("access_token"));

    List<Span> trace = client.trace(reply);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(FilterTraceCheck.violations(trace)).isEmpty();
    assertThat(outcomes(trace)).hasSize(6).containsOnly("passed");
  }

  /** Another thread goes on with such a request. */
  @Test
  void belongToTheTraceOfARequestWhoseBodyArrivesLate() throws Exception {
    TracedClient.Traced reply =
        client.postLate("/api/v1/auth/login", TestStack.credentials("nobody@example.com"));

    List<Span> trace = client.trace(reply);
    assertThat(reply.status()).isEqualTo(401);
    assertThat(FilterTraceCheck.violations(trace)).isEmpty();
    assertThat(outcomes(trace))
        .containsExactly("passed", "passed", "passed", "passed", "bypassed", "bypassed");
  }

  @Test
  void areExportedEvenIfTheClientDoesNotSample() throws Exception {
    TracedClient.Traced reply = client.getUnsampled("/api/v1/auth/ping");

    assertThat(outcomes(client.trace(reply))).hasSize(6);
  }

  /** The pool opens them in the trace of the request that waits. */
  @Test
  void areNotJoinedByThoseOfConnectionsThatThePoolOpens() throws Exception {
    String credentials = TestStack.credentials("waiting@example.com");
    client.post("/api/v1/auth/register", credentials);
    long ended =
        stack
            .database()
            .number(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    + " WHERE application_name = 'warmgate-requests'");
    assertThat(ended).isPositive();
    // A pool trusts a connection that was used half a second ago.
    Thread.sleep(700);

    TracedClient.Traced login = client.post("/api/v1/auth/login", credentials);

    assertThat(client.trace(login))
        .extracting(Span::getName)
        .isNotEmpty()
        .noneMatch(name -> name.contains("pg_stat_activity"));
    assertThat(login.status()).as(login.body()).isEqualTo(200);
  }

  @Test
  void endWithTheRejectingFilter() throws Exception {
    TracedClient.Traced reply = client.get("/api/v1/auth/sessions", "not.a.token");

    List<Span> trace = client.trace(reply);
    assertThat(reply.status()).isEqualTo(401);
    assertThat(FilterTraceCheck.violations(trace)).isEmpty();
    assertThat(outcomes(trace)).containsExactly("passed", "passed", "passed", "rejected");
  }

  @Test
  void areJudgedByACheckThatCanFail() throws Exception {
    List<Span> good = client.trace(client.get("/api/v1/auth/ping", ""));
    List<Span> filters = FilterTraceCheck.filters(good);
    Span first = filters.get(0);
    Span second = filters.get(1);
    List<Span> swapped =
        good.stream()
            .map(span ->
                span.equals(first)
                    ? at(span, second)
                    : span.equals(second) ? at(span, first) : span)
            .toList();
    List<Span> oneMissing = good.stream().filter(span -> !span.equals(second)).toList();

    assertThat(FilterTraceCheck.violations(good)).isEmpty();
    assertThat(FilterTraceCheck.violations(swapped)).isNotEmpty();
    assertThat(FilterTraceCheck.violations(oneMissing)).isNotEmpty();
    assertThat(FilterTraceCheck.violations(List.of())).isNotEmpty();
  }

  /** They are the same for everybody, and are sent before the filters run. */
  @Test
  void areMissingWithThePublishedKeysOnly() throws Exception {
    for (String path : List.of("/api/v1/auth/jwks.json", "/.well-known/jwks.json")) {
      List<Span> keys = client.trace(client.get(path, ""));
      assertThat(outcomes(keys)).as(path).isEmpty();
      assertThat(FilterTraceCheck.text(FilterTraceCheck.server(keys).orElseThrow(), "http.route"))
          .isEqualTo(path);
      assertThat(FilterTraceReport.judge(List.of(keys)).violations()).isEmpty();
    }
    List<Span> ping = client.trace(client.get("/api/v1/auth/ping", ""));
    List<Span> without =
        ping.stream().filter(span -> !FilterTraceCheck.filters(ping).contains(span)).toList();
    assertThat(FilterTraceReport.judge(List.of(without)).violations()).hasSize(1);
  }

  private static Span at(Span span, Span other) {
    return span.toBuilder()
        .setStartTimeUnixNano(other.getStartTimeUnixNano())
        .setEndTimeUnixNano(other.getEndTimeUnixNano())
        .build();
  }

  private static List<String> outcomes(List<Span> trace) {
    return FilterTraceCheck.filters(trace).stream()
        .map(span -> FilterTraceCheck.text(span, "warmgate.filter.outcome"))
        .toList();
  }
}
