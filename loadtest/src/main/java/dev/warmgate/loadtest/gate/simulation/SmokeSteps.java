package dev.warmgate.loadtest.gate.simulation;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.http.HttpDsl.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.loadtest.http.Json;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The requests of the smoke test's user and the answers that they must get. */
public final class SmokeSteps {
  /** Where the service shows its own figures to the holder of a key. */
  public static final String PERFORMANCE = "/api/v1/database/performance";

  private static final String AUTH = "/api/v1/auth/";
  private static final String ME = Json.credentials("#{email}", "#{password}");
  private static final String NEW_PASSWORD = "another quiet lantern";
  private static final List<String> FILTERS =
      List.of(
          "request-id",
          "fast-lane",
          "rate-limit",
          "authentication",
          "access-control",
          "ssrf-protection");

  private final List<ChainBuilder> steps = new ArrayList<>();
  private final Map<String, String> seen = new HashMap<>();
  private final AuthApi api;
  private final List<String> wrong;

  /** A check of one answer. */
  private interface AnswerCheck {
    void at(JsonNode answer, Session session);
  }

  SmokeSteps(AuthApi api, Plan.Service service, List<String> wrong) {
    this.api = api;
    this.wrong = wrong;
    session();
    discovery();
    performance(service);
    refusals();
    ending();
  }

  ChainBuilder all() {
    return exec(steps);
  }

  int count() {
    return steps.size();
  }

  private void session() {
    step("register", 201, post("register", ME), this::tokens);
    step(
        "login",
        200,
        post("login", ME),
        (answer, session) -> {
          String first = seen.get("session");
          tokens(answer, session);
          require("login", !seen.get("session").equals(first), "opened no new session");
          seen.put("first", first);
        });
    step(
        "verify",
        200,
        bearer(http("verify").get(AUTH + "me")),
        (answer, session) -> {
          require("me", text(answer, "email").equals(session.getString("email")), "wrong email");
          require("me", text(answer, "session_id").equals(seen.get("session")), "wrong session_id");
          require("me", !text(answer, "account_id").isEmpty(), "no account_id");
          require("me", answer.path("roles").isArray(), "no roles");
          require("me", !text(answer, "token_expires_at").isEmpty(), "no token_expires_at");
        });
    step(
        "refresh",
        200,
        post("refresh", Json.of("refresh_token", "#{refresh}")),
        (answer, session) -> {
          String before = seen.get("refresh");
          String of = seen.get("session");
          tokens(answer, session);
          require("refresh", !seen.get("refresh").equals(before), "the token did not rotate");
          require("refresh", seen.get("session").equals(of), "wrong session");
        });
    step(
        "sessions",
        200,
        bearer(http("sessions").get(AUTH + "sessions")),
        (answer, _) -> {
          JsonNode sessions = answer.path("sessions");
          require("sessions", sessions.size() == 2, sessions.size() + " sessions, not 2");
          require(
              "sessions",
              sessions.findValues("current").stream().filter(JsonNode::asBoolean).count() == 1,
              "not exactly one is current");
        });
    step(
        "end a session",
        204,
        bearer(http("end a session").delete(_ -> AUTH + "sessions/" + seen.get("first"))),
        (_, _) -> {});
  }

  private void discovery() {
    step(
        "ping",
        200,
        http("ping").get(AUTH + "ping"),
        (answer, _) -> {
          require("ping", text(answer, "status").equals("ok"), "status " + text(answer, "status"));
          require("ping", answer.path("ready").asBoolean(), "not ready");
          require("ping", answer.path("target_ms").asInt() == 200, "wrong target_ms");
          for (String field : List.of("database", "redis", "keys", "warmup", "latency")) {
            require("ping", answer.path(field).isObject(), "no " + field);
          }
        });
    step(
        "middleware-status",
        200,
        http("middleware-status").get(AUTH + "middleware-status"),
        (answer, _) -> {
          for (String list : List.of("declared", "registered", "observed")) {
            List<String> names = answer.path(list).findValuesAsText("name");
            require("middleware-status", names.equals(FILTERS), list + " is " + names);
          }
          require("middleware-status", answer.path("in_order").asBoolean(), "not in order");
          require("middleware-status", answer.path("fastpath_active").asBoolean(), "no fast lane");
          for (String bypass : List.of("access_control_bypassed", "ssrf_protection_bypassed")) {
            require(
                "middleware-status",
                answer.path("bypasses").path(bypass).asBoolean(),
                "no " + bypass);
          }
        });
    for (String path : List.of(AUTH + "jwks.json", "/.well-known/jwks.json")) {
      step(
          "jwks",
          200,
          http("jwks").get(path),
          (answer, _) ->
              require(
                  path,
                  text(answer.path("keys").path(0), "crv").equals("P-256")
                      && !answer.path("keys").path(0).has("d"),
                  "no public ES256 key"));
    }
    step(
        "openapi",
        200,
        http("openapi").get("/openapi.json"),
        (answer, _) -> require("openapi", answer.path("paths").size() > 10, "too few paths"));
  }

  private void performance(Plan.Service service) {
    HttpRequestActionBuilder performance = http("performance").get(PERFORMANCE);
    step("performance", 401, performance, this::problem);
    HttpRequestActionBuilder withKey =
        performance.header("Authorization", "Bearer " + service.key());
    switch (service.performanceStatus()) {
      case 0 -> {}
      // A key with only the load-test scope is valid, too.
      case 403 -> step("performance", 403, withKey, this::problem);
      default ->
          step(
              "performance",
              200,
              withKey,
              (answer, _) -> {
                require("performance", answer.path("pools").size() == 2, "not two pools");
                require("performance", answer.path("warmup").isObject(), "no warmup");
                require("performance", answer.path("caches").isObject(), "no caches");
              });
    }
  }

  private void refusals() {
    step(
        "wrong password",
        401,
        post("login", ME.replace("#{password}", "not this one, sorry")),
        this::problem);
    step("broken JSON", 400, post("login", "{"), this::problem);
    step("no token", 401, http("no token").get(AUTH + "me"), this::problem);
    step("unknown path", 404, http("unknown path").get("/api/v1/nothing"), this::unmatched);
  }

  private void ending() {
    String change = Json.of("current_password", "#{password}", "new_password", NEW_PASSWORD);
    step("password", 200, bearer(post("password", change)), this::tokens);
    String changed = ME.replace("#{password}", NEW_PASSWORD);
    step("login", 200, post("login", changed), this::tokens);
    step("logout", 204, bearer(http("logout").post(AUTH + "logout")), (_, _) -> {});
    step("refused", 401, bearer(http("refused").get(AUTH + "me")), this::problem);
    step("login", 200, post("login", changed), this::tokens);
    step(
        "delete the account",
        204,
        bearer(
            http("delete the account")
                .delete(AUTH + "me")
                .header("Content-Type", "application/json")
                .body(StringBody(Json.of("password", NEW_PASSWORD)))),
        (_, _) -> {});
    step("deleted", 401, post("login", changed), this::problem);
  }

  private void tokens(JsonNode answer, Session session) {
    require("tokens", text(answer, "token_type").equals("Bearer"), "not of type Bearer");
    require("tokens", answer.path("expires_in").asInt() > 0, "no expires_in");
    require("tokens", text(answer, "access_token").split("\\.", -1).length == 3, "not a JWT");
    seen.put("session", text(answer, "session_id"));
    seen.put("refresh", text(answer, "refresh_token"));
  }

  private void problem(JsonNode answer, Session session) {
    unmatched(answer, session);
    require("problem", !text(answer, "instance").isEmpty(), "no instance in " + answer);
  }

  /** The path may be anything if no endpoint has it, and is not repeated. */
  private void unmatched(JsonNode answer, Session session) {
    for (String field : List.of("type", "title", "code", "trace_id")) {
      require("problem", !text(answer, field).isEmpty(), "no " + field + " in " + answer);
    }
    require("problem", answer.path("status").asInt() >= 400, "no status");
  }

  private void step(
      String name, int expected, HttpRequestActionBuilder request, AnswerCheck check) {
    Function<Session, Session> checked =
        session -> {
          JsonNode answer = Json.read(AuthApi.body(session));
          require(name, expected == 204 || !answer.isMissingNode(), "the answer is not JSON");
          check.at(answer, session);
          return session;
        };
    steps.add(exec(api.step(name, expected, request)).exec(checked));
  }

  private void require(String where, boolean holds, String otherwise) {
    if (!holds) {
      wrong.add(where + ": " + otherwise);
    }
  }

  private static HttpRequestActionBuilder post(String endpoint, String body) {
    return http(endpoint)
        .post(AUTH + endpoint)
        .header("Content-Type", "application/json")
        .body(StringBody(body));
  }

  private static HttpRequestActionBuilder bearer(HttpRequestActionBuilder request) {
    return request.header("Authorization", "Bearer #{access}");
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }
}
