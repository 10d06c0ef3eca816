package dev.warmgate.logging;

import static dev.warmgate.testkit.ApiClient.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RawHttp;
import dev.warmgate.testkit.RunningService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Provokes each kind of log line that a stranger can, 60 times by default and 10,000 times with
 * -Dtests.full=true, and measures how the log grows.
 */
final class LogFloodIT {
  private static final int TIMES = Boolean.getBoolean("tests.full") ? 10_000 : 60;

  /** A request may be logged by several loggers, and each line may have a stack trace. */
  private static final int MOST_LINES_A_MINUTE = 18;

  private static final int MOST_BYTES_A_MINUTE = 200_000;
  private static final Path LOG = newFile();

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("logging.level", "INFO")
          .with("logging.loggers.audit", "INFO")
          .with("logging.appenders[0].type", "file")
          .with("logging.appenders[0].archive", "false")
          .with("logging.appenders[0].currentLogFilename", LOG.toString());

  private static ApiClient api;
  private static ApiClient admin;
  private static String token;

  @BeforeAll
  static void connect() {
    api = SERVICE.api();
    admin = SERVICE.adminApi();
    token = api.register(newEmail()).text("access_token");
  }

  private static Path newFile() {
    try {
      return Files.createTempFile("warmgate", ".log");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  static Set<String> kinds() {
    return provocations().keySet();
  }

  private static Map<String, IntConsumer> provocations() {
    Map<String, IntConsumer> kinds = new LinkedHashMap<>();
    kinds.put("a form in the query", i -> api.send(api.form("/api/v1/auth/login?a=" + i, "")));
    kinds.put("a form for JSON", i -> api.send(api.form("/api/v1/auth/login", "a=" + i)));
    kinds.put("a form in parts", i -> api.send(api.form("/oauth/token?b=" + i, "a=%zz")));
    kinds.put("no endpoint", i -> api.get("/nothing/" + i));
    kinds.put("no endpoint on the admin port", i -> admin.get("/nothing/" + i));
    kinds.put("malformed JSON", i -> json("/api/v1/auth/login", "{\"a" + i));
    kinds.put("wrong types", i -> json("/api/v1/auth/login", "{\"email\": [" + i + "]}"));
    kinds.put("a wrong method", i -> api.send(api.request("BREW", "/health-check", null, null)));
    kinds.put("a forged access token", i -> api.me("a.b." + i));
    kinds.put("a forged refresh token", i -> api.refresh("forged" + i));
    kinds.put("a missing right", i -> api.get("/api/v1/admin/accounts?x=" + i, token));
    kinds.put("a wrong password", i -> api.login("nobody" + i + "@example.com", "wrong password"));
    kinds.put("a strange address", i -> api.from("not an address " + i).get("/nothing"));
    kinds.put("a strange trace", i -> api.with("traceparent", "00-x" + i).get("/nothing"));
    kinds.put("a bad Host", i -> raw("GET / HTTP/1.1\r\nHost: bad " + i + "\r\n\r\n"));
    kinds.put("two Hosts", i -> raw("GET / HTTP/1.1\r\nHost: a\r\nHost: b" + i + "\r\n\r\n"));
    kinds.put("a Host that is no port", i -> raw("GET / HTTP/1.1\r\nHost: a:b" + i + "\r\n\r\n"));
    kinds.put("a Host in brackets", i -> raw("GET / HTTP/1.1\r\nHost: [" + i + "\r\n\r\n"));
    kinds.put("a bad request line", i -> raw("nonsense" + i + "\r\n\r\n"));
    kinds.put("a bad path", i -> raw(get("/%zz" + i)));
    kinds.put("a path upwards", i -> raw(get("/a/..%2f" + i)));
    kinds.put("a long header", i -> raw(get("/", "X: " + "x".repeat(9000) + i)));
    kinds.put("a bad length", i -> raw(get("/", "Content-Length: x" + i)));
    kinds.put("a strange coding", i -> raw(get("/", "Content-Encoding: x" + i)));
    kinds.put("a strange media type", i -> raw(get("/", "Content-Type: x" + i)));
    kinds.put("a bad chunk", i -> raw(post("Transfer-Encoding: chunked", "zz" + i + "\r\n")));
    kinds.put("a body that ends early", i -> leave(post("Content-Length: 99", "{\"a\": " + i)));
    kinds.put("HTTP/2", i -> raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
    kinds.put("TLS", i -> leave("\u0016\u0003\u0001\u0002\u0000\u0001\u0000" + i));
    return kinds;
  }

  private static void json(String path, String body) {
    api.send(api.request("POST", path, null, body));
  }

  private static String get(String target, String... headers) {
    return "GET "
        + target
        + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        + String.join("\r\n", headers)
        + (headers.length == 0 ? "\r\n" : "\r\n\r\n");
  }

  private static String post(String header, String body) {
    return "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        + "Content-Type: application/json\r\n"
        + header
        + "\r\n\r\n"
        + body;
  }

  private static void raw(String request) {
    RawHttp.statuses(SERVICE.port(), request);
  }

  /** Sends a part of a request and resets the connection. */
  private static void leave(String request) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), SERVICE.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.setSoLinger(true, 0);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void logsAFewLinesOfAKind(String kind) throws Exception {
    IntConsumer provocation = provocations().get(kind);
    // Hashing a password takes long.
    boundsTheLog(kind.equals("a wrong password") ? Math.max(40, TIMES / 10) : TIMES, provocation);
  }

  @Test
  @Tag("quick")
  void logsAFewLinesOfAnOutage() throws Exception {
    SERVICE.sql("ALTER TABLE account RENAME TO hidden");
    try {
      boundsTheLog(TIMES, _ -> api.login("somebody@example.com", "some password"));
    } finally {
      SERVICE.sql("ALTER TABLE hidden RENAME TO account");
    }
  }

  private static void boundsTheLog(int times, IntConsumer provocation) throws Exception {
    long began = System.nanoTime();
    int linesBefore = lines().size();
    long bytesBefore = Files.size(LOG);
    for (int i = 0; i < times; i++) {
      provocation.accept(i);
    }
    awaitSilence();
    // It may have begun at the end of a minute.
    long minutes = Duration.ofNanos(System.nanoTime() - began).toMinutes() + 2;

    List<String> added = lines().subList(linesBefore, lines().size());
    assertThat(added.size())
        .as(() -> String.join("\n", added.subList(0, Math.min(3, added.size()))))
        .isLessThanOrEqualTo((int) minutes * MOST_LINES_A_MINUTE);
    assertThat(Files.size(LOG) - bytesBefore).isLessThan(minutes * MOST_BYTES_A_MINUTE);
  }

  /** Lines are written in the background. */
  private static void awaitSilence() throws Exception {
    long[] size = {-1};
    Eventually.within(
        Duration.ofSeconds(10),
        () -> {
          long before = size[0];
          size[0] = Files.size(LOG);
          Thread.sleep(40);
          return size[0] == before;
        });
  }

  /** Returns the service's lines; the test's own PostgreSQL logs in the same process. */
  private static List<String> lines() throws IOException {
    return Files.readAllLines(LOG).stream().filter(line -> !line.contains("io.zonky")).toList();
  }
}
