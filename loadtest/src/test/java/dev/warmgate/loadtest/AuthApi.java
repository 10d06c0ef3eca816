package dev.warmgate.loadtest;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.http.HttpRequestActionBuilder;

/**
 * The requests of a user, each one step. Expects {@code email} and {@code password} in the session;
 * a step that fails ends the user. Without measurements the requests are silent.
 */
final class AuthApi {
  private static final String AUTH = "/api/v1/auth/";
  private static final String CREDENTIALS =
      """
      {"email":"#{email}","password":"#{password}"}\
      """;

  private final Measurements measurements;

  private AuthApi(Measurements measurements) {
    this.measurements = measurements;
  }

  static AuthApi silent() {
    return new AuthApi(null);
  }

  static AuthApi measured(Measurements measurements) {
    return new AuthApi(measurements);
  }

  ChainBuilder login() {
    return step("login", tokens(post("login", CREDENTIALS)).check(status().is(200)));
  }

  ChainBuilder verify() {
    return step(
        "verify",
        http("verify")
            .get(AUTH + "me")
            .header("Authorization", "Bearer #{access}")
            .check(status().is(200)));
  }

  ChainBuilder refresh() {
    return step(
        "refresh",
        tokens(post("refresh", "{\"refresh_token\":\"#{refresh}\"}")).check(status().is(200)));
  }

  ChainBuilder logout() {
    return step(
        "logout",
        http("logout")
            .post(AUTH + "logout")
            .header("Authorization", "Bearer #{access}")
            .check(status().is(204)));
  }

  ChainBuilder ping() {
    return step("ping", http("ping").get(AUTH + "ping").check(status().is(200)));
  }

  ChainBuilder middlewareStatus() {
    return step(
        "middleware-status",
        http("middleware-status").get(AUTH + "middleware-status").check(status().is(200)));
  }

  private static HttpRequestActionBuilder post(String name, String body) {
    return http(name)
        .post(AUTH + name)
        .header("Content-Type", "application/json")
        .body(StringBody(body));
  }

  private static HttpRequestActionBuilder tokens(HttpRequestActionBuilder request) {
    return request.check(
        jsonPath("$.access_token").saveAs("access"), jsonPath("$.refresh_token").saveAs("refresh"));
  }

  private ChainBuilder step(String name, HttpRequestActionBuilder request) {
    if (measurements == null) {
      // A silent request that fails does not fail its user, who would go on without a token.
      return exec(request.silent()).exitHereIf("#{access.isUndefined()}");
    }
    return exec(measurements::begin)
        .exec(request)
        .exec(session -> measurements.end(name, session))
        .exitHereIfFailed();
  }
}
