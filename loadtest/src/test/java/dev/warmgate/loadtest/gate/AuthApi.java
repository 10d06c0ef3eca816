package dev.warmgate.loadtest.gate;

import static io.gatling.javaapi.core.CoreDsl.ByteArrayBody;
import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.bodyString;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.util.EnumSet;
import java.util.Set;

/**
 * The requests of a user, each one step. Expects {@code email} and {@code password} in the session;
 * a request that is not answered with success ends the user. One that is turned away because the
 * service has enough to do is no failure for Gatling.
 */
final class AuthApi {
  private static final String AUTH = "/api/v1/auth/";
  private static final String STEP = "step";
  private static final String CREDENTIALS =
      """
      {"email":"#{email}","password":"#{password}"}\
      """;

  private final Measurements measurements;
  private final Set<Sample.Outcome> accepted;

  private AuthApi(Measurements measurements, Set<Sample.Outcome> accepted) {
    this.measurements = measurements;
    this.accepted = accepted;
  }

  /** For a warm-up, of which nothing is told. */
  static AuthApi silent() {
    return new AuthApi(null, EnumSet.allOf(Sample.Outcome.class));
  }

  static AuthApi measured(Measurements measurements) {
    return new AuthApi(measurements, EnumSet.of(Sample.Outcome.SUCCESS, Sample.Outcome.SHED));
  }

  /** While PostgreSQL or Redis is away: saying so is right. */
  static AuthApi duringOutage(Measurements measurements) {
    return new AuthApi(
        measurements,
        EnumSet.of(Sample.Outcome.SUCCESS, Sample.Outcome.SHED, Sample.Outcome.UNAVAILABLE));
  }

  ChainBuilder register() {
    return step("register", 201, post("register", CREDENTIALS));
  }

  ChainBuilder login() {
    return step("login", 200, post("login", CREDENTIALS));
  }

  ChainBuilder verify() {
    return verify("verify");
  }

  /** Of a token that the service has not seen since it gave it out: it asks the database. */
  ChainBuilder firstVerify() {
    return verify("first verify");
  }

  private ChainBuilder verify(String name) {
    return step(name, 200, authorized(http(name).get(AUTH + "me")));
  }

  ChainBuilder refresh() {
    return step("refresh", 200, post("refresh", "{\"refresh_token\":\"#{refresh}\"}"));
  }

  ChainBuilder logout() {
    return step("logout", 204, authorized(http("logout").post(AUTH + "logout")));
  }

  /** Of every session of the account. */
  ChainBuilder logoutEverywhere() {
    return step(
        "logout everywhere",
        204,
        authorized(http("logout everywhere").post(AUTH + "logout?scope=global")));
  }

  /** What must be refused for next to nothing. */
  ChainBuilder hostile(HostileInput input) {
    String name = "hostile: " + input.name();
    return step(
        name,
        input.expected(),
        http(name)
            .post(AUTH + input.path())
            .header("Content-Type", "application/json")
            // As bytes, lest Gatling reads it as an expression.
            .body(ByteArrayBody(input.body().getBytes(UTF_8))));
  }

  /** The only one of a visit on the full lane. */
  ChainBuilder sessions() {
    return step("sessions", 200, authorized(http("sessions").get(AUTH + "sessions")));
  }

  /** The token of an ended session must be of no use. */
  ChainBuilder refused() {
    return step("refused", 401, authorized(http("refused").get(AUTH + "me")));
  }

  ChainBuilder ping() {
    return step("ping", 200, http("ping").get(AUTH + "ping"));
  }

  ChainBuilder middlewareStatus() {
    return step(
        "middleware-status", 200, http("middleware-status").get(AUTH + "middleware-status"));
  }

  private static HttpRequestActionBuilder post(String name, String body) {
    return http(name)
        .post(AUTH + name)
        .header("Content-Type", "application/json")
        .body(StringBody(body));
  }

  private static HttpRequestActionBuilder authorized(HttpRequestActionBuilder request) {
    return request.header("Authorization", "Bearer #{access}");
  }

  /** What was answered last. */
  static String body(Session session) {
    return session.<Step>get(STEP).body();
  }

  /** Any request; the status that is expected is its success. */
  ChainBuilder step(String name, int expected, HttpRequestActionBuilder request) {
    HttpRequestActionBuilder judged =
        request
            .header("traceparent", session -> session.<Step>get(STEP).traceParent())
            // Without a check of the body it is thrown away unread.
            .check(bodyString().optional().saveAs("body"))
            .checkIf((response, session) -> {
              Step step = session.get(STEP);
              step.answered(response);
              return !accepted.contains(step.outcome());
            })
            .then(status().is(expected));
    return exec(session -> session.set(STEP, new Step(expected)))
        .exec(measurements == null ? judged.silent() : judged)
        .exec(session -> {
          Step step = session.get(STEP);
          var after = measurements == null ? session : measurements.add(name, step, session);
          String access = step.field("access_token");
          return access.isEmpty()
              ? after
              : after.set("access", access).set("refresh", step.field("refresh_token"));
        })
        .exitHereIf(session -> session.<Step>get(STEP).outcome() != Sample.Outcome.SUCCESS);
  }
}
