package dev.warmgate.connector;

import static dev.warmgate.testkit.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RawHttp;
import dev.warmgate.testkit.RunningService;
import java.net.http.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests whom the admin port serves: it has no login, so pages of other origins must not reach it.
 */
final class AdminPortIT {
  private static final String TASK = "/tasks/load-test";

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService().with("admin_hosts", "Ops.Example.com,FD00::05,warmgate_admin.");

  private final ApiClient admin = SERVICE.adminApi();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LocalHost:8081",
        "127.0.0.1",
        "127.8.8.8:1",
        "[::1]:8081",
        "ops.example.com",
        "OPS.EXAMPLE.COM:8443",
        "[fd00::5]:8081",
        "ops.example.com.:8081",
        "warmgate_admin",
        "localhost.",
      })
  void servesItsOwnHosts(String host) {
    assertThat(get("/observatory.json", "Host: " + host + "\r\n").status()).isEqualTo(200);
  }

  /** A page whose name an attacker resolves to 127.0.0.1 could read the answers (DNS rebinding). */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:8081",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "xlocalhost",
        "ops.example.com.evil.example",
        "example.com",
        "0.0.0.0",
        "[::]",
        "[fd00::6]",
        "10.0.0.1",
      })
  void refusesAForeignHost(String host) {
    for (String path : new String[] {"/", "/observatory", "/observatory.json", "/metrics", TASK}) {
      assertProblem(get(path, "Host: " + host + "\r\n"), 421, "misdirected_request", "");
    }
  }

  @Test
  void refusesARequestWithoutAHost() {
    assertThat(RawHttp.send(SERVICE.adminPort(), "GET /metrics HTTP/1.0\r\n\r\n").status())
        .isEqualTo(421);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        TASK,
        "/tasks;x=y/load-test",
        "/tasks/load-test;x=y",
        "/%74asks/load-test",
        "/./tasks/load-test",
        "/x/../tasks/load-test",
        "/tasks/nothing",
        "/tasks",
        "/tasks/",
      })
  void refusesATaskWithoutTheHeaderThatNoFormCanSend(String path) {
    for (String header : List.of("X-Other: a test", "X-Requested-By:", "X-Requested-By:  ")) {
      String request =
          String.join(
              "\r\n",
              "POST " + path + " HTTP/1.1",
              "Host: localhost",
              "Origin: https://evil.example",
              "Content-Type: text/plain",
              "Content-Length: 20",
              "Connection: close",
              header,
              "",
              "run=evil&state=begin");
      Answer refused = RawHttp.send(SERVICE.adminPort(), request);

      assertThat(refused.status()).as(path).isBetween(400, 403);
      assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
    }
  }

  @Test
  void saysWhichHeaderATaskNeeds() {
    Answer refused = post(TASK + "?run=x&state=begin", null);

    assertProblem(refused, 403, "forbidden", "");
    assertThat(refused.text("detail")).contains("X-Requested-By");
  }

  /** The permission that a browser asks for before it sends such a header for another origin. */
  @Test
  void grantsNoOriginPermissionToSendTheHeader() {
    HttpRequest.Builder preflight =
        admin
            .request("OPTIONS", TASK, null, null)
            .header("Origin", "https://evil.example")
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "x-requested-by");

    assertThat(admin.send(preflight).headers().map().keySet())
        .noneMatch(name -> name.startsWith("access-control-"));
  }

  @Test
  void runsATaskWithTheHeader() {
    assertThat(post(TASK + "?run=a-run&state=begin", "a test").status()).isEqualTo(200);
    assertThat(post(TASK + "?run=a-run&state=end", "a test").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/tasks/gc", "/tasks/log-level?logger=ROOT&level=ALL"})
  void offersNoTaskOfTheFramework(String task) {
    assertThat(post(task, "a test").status()).isEqualTo(404);
  }

  /** A page of another origin could start it with an image. */
  @Test
  void profilesNothingOnAGet() {
    assertThat(admin.get("/pprof?duration=1").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/tasks;a=b/load-test",
        "/tasks/load-test;a=b",
        "/%74asks/load-test",
        "/./tasks/load-test",
        "/x/../tasks/load-test",
      })
  void readsAPathAsTheServletsDo(String path) {
    assertThat(post(path + "?run=a-run&state=end", "a test").status()).isEqualTo(200);
    Answer refused = raw("GET", path);
    assertProblem(refused, 405, "method_not_allowed", "");
    assertThat(refused.header("Allow")).isEqualTo("POST, OPTIONS");
    assertThat(refused.header("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/tasks",
        "/tasks/",
        "/tasks/nope",
        "/tasks/load-test/",
        "/metrics/",
        "/pprof"
      })
  void hasNothingAtOtherPathsWhateverTheMethod(String path) {
    for (String method : List.of("GET", "POST", "PUT", "DELETE", "OPTIONS")) {
      Answer missing = raw(method, path);
      assertProblem(missing, 404, "not_found", "");
      assertThat(missing.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(missing.header("Cache-Control")).contains("no-store");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', run",
    "?, run",
    "?state=begin, run",
    "?run&state=begin, run",
    "?run=a&run=b&state=begin, run",
    "?run=a%20b&state=begin, run",
    "?run=%zz&state=begin, run",
    "?run=%ff&state=begin, run",
    "?run=a, state",
    "?run=a&state=pause, state",
    "?run=a&state=%zz, state",
  })
  void saysWhichParameterOfATaskIsWrong(String query, String parameter) {
    Answer refused = raw("POST", TASK + query);

    assertProblem(refused, 400, "bad_request", "");
    assertThat(refused.text("detail")).contains(parameter);
    assertThat(refused.header("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  private Answer raw(String method, String path) {
    return RawHttp.send(
        SERVICE.adminPort(),
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nX-Requested-By: a test\r\n"
            + "Content-Length: 0\r\nConnection: close\r\n\r\n");
  }

  private Answer post(String path, String requestedBy) {
    HttpRequest.Builder request = admin.request("POST", path, null, null);
    return admin.send(
        requestedBy == null ? request : request.header("X-Requested-By", requestedBy));
  }

  private static Answer get(String path, String host) {
    return RawHttp.send(
        SERVICE.adminPort(), "GET " + path + " HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n");
  }
}
