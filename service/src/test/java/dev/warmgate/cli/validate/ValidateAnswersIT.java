package dev.warmgate.cli.validate;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import dev.warmgate.testkit.Dependencies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks the verdict and its texts for all kinds of answers. */
final class ValidateAnswersIT {
  private static final String KEY = "wg_sk_secret";

  private final FakeWarmgate fake = new FakeWarmgate();

  @TempDir private Path directory;

  ValidateAnswersIT() throws IOException {}

  @AfterEach
  void stop() {
    fake.close();
  }

  @Test
  @Tag("quick")
  void passesAReadyService() {
    Run run = run("");

    assertThat(run.status()).as(run.json().toString()).isZero();
    assertThat(run.summary()).startsWith("Ready: yes.").contains("not checked: login");
    assertThat(run.outcome("database performance")).isEqualTo("skip");
  }

  @Test
  void honoursABasePath() {
    fake.under("/base");

    assertThat(Run.of(url() + "/base", "", false).status()).isZero();
    assertThat(run("").status()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          200 | text/html        | <html>Welcome</html>   | answered 200 with text/html, not JSON
          200 | application/json | {"status":"ok"}        | not Warmgate's
          200 | application/json | [1]                    | not Warmgate's
          200 | application/json | {"status":             | broken JSON
          502 | text/html        | Bad gateway            | answered 502 with text/html
          404 | application/json | {"code":"not_found"}   | 404 not_found
          200 | application/json | ''                     | not Warmgate's
          """)
  void reportsAnUnexpectedAnswer(int status, String type, String body, String words) {
    fake.put(
        FakeWarmgate.PING, FakeWarmgate.body(status, type, body.getBytes(StandardCharsets.UTF_8)));

    assertNotWarmgate(run(""), words);
  }

  @Test
  void namesARedirectInsteadOfFollowingIt() {
    fake.put(
        FakeWarmgate.PING,
        exchange -> {
          exchange.getResponseHeaders().add("Location", "https://elsewhere.example/x?token=abc");
          exchange.sendResponseHeaders(301, -1);
        });

    Run run = run("");
    assertNotWarmgate(run, "redirects (301) to https://elsewhere.example/x: use that address");
    assertThat(run.errors()).doesNotContain("abc");
  }

  @Test
  void refusesAHugeBody() {
    fake.put(
        FakeWarmgate.PING, FakeWarmgate.body(200, "application/json", new byte[(1 << 20) + 1]));

    assertNotWarmgate(run(""), "more than 1 MiB");
  }

  @Test
  void givesUpOnAnAnswerThatNeverEnds() {
    fake.put(FakeWarmgate.PING, neverEnding());

    assertNotWarmgate(run(""), "no complete answer within 2 s");
  }

  @Test
  void reportsARefusedConnection() {
    String nowhere = "http://127.0.0.1:" + Dependencies.freePort();

    assertNotWarmgate(Run.of(nowhere, "", false), "connection refused");
  }

  @Test
  void failsIfOnePingInTenIsSlow() {
    HttpHandler ping =
        FakeWarmgate.body(
            200,
            """
            {"status": "ok", "ready": true, "database": {"age_ms": 1}, "response_time_ms": 1}\
            """);
    AtomicInteger pings = new AtomicInteger();
    fake.put(
        FakeWarmgate.PING,
        exchange -> {
          // The delay itself is under test, so there is no condition to wait for.
          if (pings.incrementAndGet() % 10 == 0) {
            LockSupport.parkNanos(210_000_000);
          }
          ping.handle(exchange);
        });

    Run run = run("");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.outcome("ping, connection reused")).isEqualTo("fail");
    assertThat(run.outcome("ping, new connections")).isEqualTo("fail");
    assertThat(run.field("ping, connection reused", "advice")).contains("CPU");
  }

  @Test
  void failsAWrongOrderEvenIfTheServiceDeclaresIt() {
    List<String> swapped = new ArrayList<>(FakeWarmgate.ORDER);
    Collections.swap(swapped, 2, 3);
    fake.put(FakeWarmgate.STATUS, FakeWarmgate.status(swapped, true));

    Run run = run("");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.outcome("filter order")).isEqualTo("fail");
    assertThat(run.summary())
        .isEqualTo(
            "Ready: no, because of: filter order. 9 of 14 checks passed;"
                + " not checked: login, warm token (GET me), database performance, database warm-up.");
  }

  @Test
  void failsAMissingFilter() {
    fake.put(FakeWarmgate.STATUS, FakeWarmgate.status(FakeWarmgate.ORDER.subList(0, 5), true));

    assertThat(run("").field("filter order", "figure")).contains("registered [request-id");
  }

  @Test
  void failsAPrivateKeyAWrongAlgorithmAndAMissingMaxAge() {
    String keys = "{\"keys\": [%s]}";
    fake.put(FakeWarmgate.JWKS, keys.formatted(FakeWarmgate.key("ES256", ", \"d\": \"x\"")));
    assertThat(run("").field("JWKS", "figure")).isEqualTo("a private key is published");

    fake.put(FakeWarmgate.JWKS, keys.formatted(FakeWarmgate.key("none", "")));
    assertThat(run("").outcome("JWKS")).isEqualTo("fail");

    fake.put(FakeWarmgate.JWKS, keys.formatted(FakeWarmgate.key("ES256", "")));
    assertThat(run("").field("JWKS", "figure")).isEqualTo("no max-age in Cache-Control");
  }

  @Test
  void skipsLoginsWhereRegistrationNeedsAMailUnlessItHasAKeyForLoadTests() {
    String register = "/api/v1/auth/register";
    fake.put(register, FakeWarmgate.body(202, "{\"request_id\": \"1\"}"));
    assertThat(Run.of(url(), "", true).outcome("register")).isEqualTo("skip");
    assertThat(Run.of(url(), "", true).outcome("login")).isEqualTo("skip");

    fake.put(
        register,
        exchange -> {
          boolean key = exchange.getRequestHeaders().containsKey("X-Warmgate-Load-Test");
          FakeWarmgate.body(
                  key ? 201 : 403,
                  key ? "{\"access_token\": \"1\"}" : "{\"code\": \"registration_closed\"}")
              .handle(exchange);
        });
    assertThat(Run.of(url(), "", true).outcome("register")).isEqualTo("skip");
    assertThat(Run.of(url(), KEY, true).outcome("register")).isEqualTo("pass");
  }

  @Test
  void writesAJunitReportForEveryVerdict() throws IOException {
    Path file = directory.resolve("junit.xml");
    Run.of(url(), "", false, file);
    assertThat(Files.readString(file))
        .contains("tests=\"14\" failures=\"0\" skipped=\"4\"", "name=\"filter order\"");

    fake.put(FakeWarmgate.PING, "[]");
    Run.of(url(), "", false, file);
    assertThat(Files.readString(file)).contains("failures=\"1\"", "name=\"reachable\"");
  }

  private static HttpHandler neverEnding() {
    return exchange -> {
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, 100);
      exchange.getResponseBody().write('{');
      exchange.getResponseBody().flush();
      LockSupport.park();
    };
  }

  private static void assertNotWarmgate(Run run, String words) {
    assertThat(run.status()).as(run.json().toString()).isEqualTo(2);
    assertThat(run.summary()).contains(words);
    assertThat(run.errors()).contains(words).doesNotContain("Exception");
  }

  private Run run(String serviceKey) {
    return Run.of(url(), serviceKey, false);
  }

  private String url() {
    return "http://127.0.0.1:" + fake.port();
  }
}
