package dev.warmgate.loadtest.gate.simulation;

import static io.gatling.javaapi.core.CoreDsl.ByteArrayBody;
import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.bodyString;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warmgate.factor.Base32;
import dev.warmgate.factor.Totp;
import dev.warmgate.loadtest.gate.measure.Measurements;
import dev.warmgate.loadtest.gate.measure.RequestStep;
import dev.warmgate.loadtest.gate.measure.Sample;
import dev.warmgate.loadtest.http.Json;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/**
 * The requests of a virtual user, each as one step. They need {@code email} and {@code password} in
 * the session, and an unsuccessful request ends the user; Gatling does not count a shed request as
 * failed.
 */
final class AuthApi {
  private static final String AUTH = "/api/v1/auth/";
  private static final String SUPABASE = "/auth/v1/";
  private static final String STEP = "step";

  /** The two requests of a login with a second factor, together. */
  static final String LOGIN_WITH_FACTOR = "login with factor";

  private static final String CREDENTIALS = Json.credentials("#{email}", "#{password}");

  private final Measurements measurements;
  private final Set<Sample.Outcome> accepted;
  private final boolean supabase;

  private AuthApi(Measurements measurements, Set<Sample.Outcome> accepted) {
    this(measurements, accepted, false);
  }

  private AuthApi(Measurements measurements, Set<Sample.Outcome> accepted, boolean supabase) {
    this.measurements = measurements;
    this.accepted = accepted;
    this.supabase = supabase;
  }

  /** Returns the same with the requests of a visit in the Supabase form of the API. */
  AuthApi inSupabaseForm() {
    return new AuthApi(measurements, accepted, true);
  }

  /** Returns requests for a warm-up, which are not reported. */
  static AuthApi silent() {
    return new AuthApi(null, EnumSet.allOf(Sample.Outcome.class));
  }

  static AuthApi measured(Measurements measurements) {
    return new AuthApi(measurements, EnumSet.of(Sample.Outcome.SUCCESS, Sample.Outcome.SHED));
  }

  /**
   * Returns requests during an outage of PostgreSQL or Redis, for which 503 is a correct answer.
   */
  static AuthApi duringOutage(Measurements measurements) {
    return new AuthApi(
        measurements,
        EnumSet.of(Sample.Outcome.SUCCESS, Sample.Outcome.SHED, Sample.Outcome.UNAVAILABLE));
  }

  ChainBuilder register() {
    return step("register", 201, post("register", CREDENTIALS));
  }

  /** Registers an account that exists only once a mail has confirmed its address. */
  ChainBuilder registerByMail() {
    return step("register", 202, post("register", CREDENTIALS));
  }

  ChainBuilder forgot() {
    return step("forgot", 202, post("forgot", Json.of("email", "#{email}")));
  }

  ChainBuilder login() {
    return step(
        "login",
        200,
        supabase
            ? post("login", SUPABASE + "token?grant_type=password", CREDENTIALS)
            : post("login", CREDENTIALS));
  }

  /** Enrols and confirms a second factor: the code of the time step before now is still good. */
  ChainBuilder enrol() {
    return step(
            "enrol",
            201,
            authorized(http("enrol").post(AUTH + "factors"))
                .header("Content-Type", "application/json")
                .body(StringBody(Json.of("type", "totp", "name", "gate"))))
        .exec(session -> {
          RequestStep step = session.get(STEP);
          return session.set("secret", step.field("secret")).set("factor", step.field("factor_id"));
        })
        .exec(
            step(
                "confirm factor",
                200,
                authorized(http("confirm factor").post(AUTH + "factors/#{factor}/confirm"))
                    .header("Content-Type", "application/json")
                    .body(StringBody(session -> Json.of("code", code(session, -1))))));
  }

  /** Logs in with password and code, and adds both requests together as one. */
  ChainBuilder loginWithFactor() {
    return step("login, first step", 401, post("login, first step", AUTH + "login", CREDENTIALS))
        .exec(session -> {
          RequestStep step = session.get(STEP);
          return session.set("mfa", step.field("mfa_token")).set("began", step.began());
        })
        .exec(
            step(
                "login, second step",
                200,
                http("login, second step")
                    .post(AUTH + "mfa/verify")
                    .header("Content-Type", "application/json")
                    .body(
                        StringBody(session ->
                            Json.of(
                                "mfa_token", session.getString("mfa"), "code", code(session, 0))))))
        .exec(session -> {
          measurements.add(
              new Sample(
                  LOGIN_WITH_FACTOR,
                  null,
                  session.getLong("began"),
                  System.nanoTime(),
                  200,
                  Sample.Outcome.SUCCESS,
                  ""));
          return session;
        });
  }

  /** Removes the factor, so that the account can be deleted with its password. */
  ChainBuilder removeFactor() {
    return step(
        "remove factor", 204, authorized(http("remove factor").delete(AUTH + "factors/#{factor}")));
  }

  private static String code(Session session, int steps) {
    Totp totp = Totp.ofSecret(Base32.decode(session.getString("secret")));
    return totp.code(totp.step(Instant.now()) + steps);
  }

  ChainBuilder verify() {
    return verify("verify");
  }

  /** Verifies a token for the first time since it was issued, which needs the database. */
  ChainBuilder firstVerify() {
    return verify("first verify");
  }

  private ChainBuilder verify(String name) {
    return step(name, 200, authorized(http(name).get(account())));
  }

  ChainBuilder refresh() {
    String body = Json.of("refresh_token", "#{refresh}");
    return step(
        "refresh",
        200,
        supabase
            ? post("refresh", SUPABASE + "token?grant_type=refresh_token", body)
            : post("refresh", body));
  }

  ChainBuilder logout() {
    String path = supabase ? SUPABASE + "logout?scope=local" : AUTH + "logout";
    return step("logout", 204, authorized(http("logout").post(path)));
  }

  /** Ends every session of the account. */
  ChainBuilder logoutEverywhere() {
    return step(
        "logout everywhere",
        204,
        authorized(http("logout everywhere").post(AUTH + "logout?scope=global")));
  }

  /** Sends input that the service must refuse cheaply. */
  ChainBuilder hostile(HostileInput input) {
    String name = "hostile: " + input.name();
    return step(
        name,
        input.expected(),
        http(name)
            .post(AUTH + input.path())
            .header("Content-Type", "application/json")
            // As bytes, because Gatling would evaluate a string as an expression.
            .body(ByteArrayBody(input.body().getBytes(UTF_8))));
  }

  /**
   * Lists the sessions, or changes the user's data: the only request of a visit on the full lane.
   */
  ChainBuilder onTheFullLane() {
    return supabase
        ? step(
            "user data",
            200,
            authorized(http("user data").put(SUPABASE + "user"))
                .header("Content-Type", "application/json")
                .body(StringBody("{\"data\":{\"theme\":\"dark\"}}")))
        : step("sessions", 200, authorized(http("sessions").get(AUTH + "sessions")));
  }

  /** Requires that the token of an ended session is refused. */
  ChainBuilder refused() {
    return step("refused", supabase ? 403 : 401, authorized(http("refused").get(account())));
  }

  private String account() {
    return supabase ? SUPABASE + "user" : AUTH + "me";
  }

  ChainBuilder ping() {
    return step("ping", 200, http("ping").get(AUTH + "ping"));
  }

  /** Asks what a load balancer asks. */
  ChainBuilder ready() {
    return step("ready", 200, http("ready").get("/health-check"));
  }

  ChainBuilder middlewareStatus() {
    return step(
        "middleware-status", 200, http("middleware-status").get(AUTH + "middleware-status"));
  }

  private static HttpRequestActionBuilder post(String name, String body) {
    return post(name, AUTH + name, body);
  }

  private static HttpRequestActionBuilder post(String name, String path, String body) {
    return http(name).post(path).header("Content-Type", "application/json").body(StringBody(body));
  }

  private static HttpRequestActionBuilder authorized(HttpRequestActionBuilder request) {
    return request.header("Authorization", "Bearer #{access}");
  }

  /** Returns the body of the last answer. */
  static String body(Session session) {
    return session.<RequestStep>get(STEP).body();
  }

  /** Turns a request into a step; the expected status is its success. */
  ChainBuilder step(String name, int expected, HttpRequestActionBuilder request) {
    HttpRequestActionBuilder judged =
        request
            .header("traceparent", session -> session.<RequestStep>get(STEP).traceParent())
            // Without a check of the body Gatling discards it unread.
            .check(bodyString().optional().saveAs("body"))
            .checkIf((response, session) -> {
              RequestStep step = session.get(STEP);
              step.answered(response);
              return !accepted.contains(step.outcome());
            })
            .then(status().is(expected));
    return exec(session -> session.set(STEP, new RequestStep(expected)))
        .exec(measurements == null ? judged.silent() : judged)
        .exec(session -> {
          RequestStep step = session.get(STEP);
          var after = measurements == null ? session : measurements.add(name, step, session);
          String access = step.field("access_token");
          return access.isEmpty()
              ? after
              : after.set("access", access).set("refresh", step.field("refresh_token"));
        })
        .exitHereIf(session -> session.<RequestStep>get(STEP).outcome() != Sample.Outcome.SUCCESS);
  }
}
