package dev.warmgate.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.request.Public;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RawHttp;
import dev.warmgate.testkit.RunningService;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests security headers, CORS, slow clients and connections that stay open. */
final class HttpHygieneIT {
  private static final String APP = "https://app.example.com";
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** The service looks once a second. */
  private static final Duration LONGER = PATIENCE.plusMillis(2500);

  private static final String LOGIN = "/api/v1/auth/login";

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("tokens.issuer", "https://auth.example.com")
          .with("cors.allowed_origins", APP)
          .with("clients.patience", PATIENCE.toSeconds() + "s")
          .withResource(new LongAnswer());

  /** Takes longer than a client may take to send its request. */
  @Path("/long-answer")
  @Public
  public static final class LongAnswer {
    @POST
    public String answer(String all) throws InterruptedException {
      Thread.sleep(LONGER);
      return all;
    }
  }

  private final ApiClient api = SERVICE.api();

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/auth/ping", "/api/v1/auth/me", "/nothing", "/api/v1/auth/login"})
  void setsTheSecurityHeadersOnEveryAnswer(String path) {
    Answer answer = api.get(path);

    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
    assertThat(answer.header("Content-Security-Policy"))
        .isEqualTo("default-src 'none'; frame-ancestors 'none'");
    assertThat(answer.header("Strict-Transport-Security")).isEqualTo("max-age=31536000");
    assertThat(answer.header("Content-Type")).contains("json");
    assertRevealsNoVersion(answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /a/..;/b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nx: y\r\n folded\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        "nonsense\r\n\r\n",
      })
  void setsTheSecurityHeadersWhenJettyRefusesARequest(String request) {
    Answer refused = RawHttp.send(SERVICE.port(), request);

    assertThat(refused.status()).isBetween(400, 505);
    assertThat(refused.header("Content-Security-Policy")).contains("default-src 'none'");
    assertThat(refused.header("X-Frame-Options")).isEqualTo("DENY");
    assertThat(refused.header("Strict-Transport-Security")).isEqualTo("max-age=31536000");
    assertThat(refused.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(refused.header("Cache-Control")).isEqualTo("no-store");
    assertRevealsNoVersion(refused);
  }

  @Test
  void revealsNoVersionOnTheAdminPort() {
    for (String path : List.of("/", "/healthcheck", "/nothing", "/observatory")) {
      assertRevealsNoVersion(SERVICE.adminApi().get(path));
    }
  }

  private static void assertRevealsNoVersion(Answer answer) {
    assertThat(answer.headers().map().keySet())
        .doesNotContain("server", "Server", "x-powered-by", "X-Powered-By");
    assertThat(answer.body().toString().toLowerCase(Locale.ROOT))
        .doesNotContain("jetty")
        .doesNotContain("jersey");
  }

  @Test
  void answersThePreflightOfAnAllowedOriginBeforeAnyFilter() {
    Answer preflight = preflight(APP);

    assertThat(preflight.status()).isEqualTo(200);
    assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo(APP);
    assertThat(preflight.header("Access-Control-Allow-Methods")).contains("POST");
    assertThat(preflight.header("Access-Control-Allow-Headers")).contains("Authorization");
    assertThat(preflight.header("Access-Control-Max-Age")).isEqualTo("600");
    assertThat(preflight.header("Access-Control-Allow-Credentials")).isEmpty();
    assertThat(preflight.header("Vary")).contains("Origin");
    assertThat(preflight.header("X-Request-Id")).as("no filter ran").isEmpty();
  }

  @Test
  void letsAnAllowedOriginReadAnswersAndErrors() {
    Answer refused =
        api.send(api.request("GET", "/api/v1/auth/me", null, null).header("Origin", APP));

    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.header("Access-Control-Allow-Origin")).isEqualTo(APP);
    assertThat(refused.header("Access-Control-Expose-Headers")).contains("Retry-After");
    assertThat(refused.header("X-Frame-Options")).isEqualTo("DENY");
    assertThat(api.get("/api/v1/auth/middleware-status").body().path("in_order").asBoolean())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example.com",
        "http://app.example.com",
        "https://app.example.com:444",
        "https://app.example.com.evil.example",
        "https://appXexample.com",
        "https://evil.example/https://app.example.com",
        "null",
      })
  void letsNoOtherOriginRead(String origin) {
    assertThat(preflight(origin).header("Access-Control-Allow-Origin")).isEmpty();
    assertThat(
            api.send(api.request("GET", "/api/v1/auth/ping", null, null).header("Origin", origin))
                .header("Access-Control-Allow-Origin"))
        .isEmpty();
  }

  private Answer preflight(String origin) {
    return api.send(
        api.request("OPTIONS", LOGIN, null, null)
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "content-type"));
  }

  @Test
  void closesSlowConnectionsAndServesOtherClientsMeanwhile() throws Exception {
    String post =
        "POST "
            + LOGIN
            + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Content-Length: 5000\r\n\r\n{";
    AtomicBoolean done = new AtomicBoolean();
    Thread others = Thread.ofPlatform().start(() -> serve(done));
    List<Boolean> cut =
        Parallel.run(
            24,
            i ->
                switch (i % 3) {
                  case 0 -> isCutOff("GET /api/v1/auth/ping HTTP/1.1\r\nX-Slow: ", true);
                  case 1 -> isCutOff(post, true);
                  default -> isCutOff(post, false);
                });
    done.set(true);
    others.join();

    assertThat(cut).containsOnly(true);
    assertThat(failures).isEmpty();
  }

  private final Map<String, Integer> failures = new java.util.concurrent.ConcurrentHashMap<>();

  private void serve(AtomicBoolean done) {
    while (!done.get()) {
      Answer answer = api.get("/api/v1/auth/ping");
      if (answer.status() != 200) {
        failures.merge("ping " + answer.status(), 1, Integer::sum);
      }
    }
  }

  /** Whether the service closes the connection before the idle timeout. */
  private static boolean isCutOff(String begin, boolean keepsSending) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), SERVICE.port())) {
      socket.setSoTimeout(200);
      socket.getOutputStream().write(begin.getBytes(StandardCharsets.US_ASCII));
      while (System.nanoTime() < end) {
        if (keepsSending) {
          socket.getOutputStream().write('x');
        }
        try {
          if (socket.getInputStream().read() < 0) {
            return true;
          }
        } catch (SocketTimeoutException _) {
          // The connection is still open.
        }
      }
      return false;
    } catch (SocketException closed) {
      return true;
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  @Test
  void keepsConnectionsThatAreIdleOrWaitForAnAnswer() throws Exception {
    CompletableFuture<Answer> patient =
        CompletableFuture.supplyAsync(() -> api.post("/long-answer", "", Map.of("a", "b")));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), SERVICE.port())) {
      socket.setSoTimeout(20_000);
      assertAnswers(socket);
      // Longer than a client may take to send its request.
      Thread.sleep(LONGER);
      socket.getInputStream().skipNBytes(socket.getInputStream().available());
      assertAnswers(socket);
    }
    assertThat(patient.get().status()).isEqualTo(200);
  }

  private static void assertAnswers(Socket socket) throws IOException {
    send(socket, "GET /api/v1/auth/jwks.json HTTP/1.1\r\nHost: x\r\n\r\n");
    byte[] head = socket.getInputStream().readNBytes(12);
    assertThat(new String(head, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }
}
