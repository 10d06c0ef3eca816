package dev.warmgate.connector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.warmgate.outbound.Certificates;
import dev.warmgate.testkit.Eventually;
import dev.warmgate.testkit.RunningService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that warm-up and the limits for slow clients also work if the service terminates TLS. */
final class TlsIT {
  private static final String NAME = "auth.example.com";
  private static final Set<String> WARM = Set.of("warm", "unsettled");

  private static final int MOST = 20;

  @TempDir static Path directory;

  private static RunningService service;
  private static SSLContext trust;

  @BeforeAll
  static void start() throws Exception {
    trust = Certificates.of(directory, NAME);
    String connector = "server.applicationConnectors[0].";
    service =
        new RunningService()
            .with("tokens.issuer", "https://" + NAME)
            .with("switches.warmup_http", "true")
            .with("clients.patience", "2s")
            .with("connections.per_address", Integer.toString(MOST))
            .with(connector + "type", "https")
            .with(connector + "keyStorePath", Certificates.file(directory, NAME).toString())
            .with(connector + "keyStorePassword", Certificates.PASSWORD)
            .withoutWaiting();
    service.start();
    Eventually.within(
        Duration.ofSeconds(30), () -> get("/health-check").startsWith("HTTP/1.1 200"));
  }

  @AfterAll
  static void stop() {
    service.stop();
  }

  private static SSLSocket connect() throws IOException {
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), service.port());
    plain.setSoTimeout(20_000);
    SSLSocket socket =
        (SSLSocket) trust.getSocketFactory().createSocket(plain, NAME, service.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static void send(SSLSocket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String get(String path) throws IOException {
    try (SSLSocket socket = connect()) {
      send(socket, "GET " + path + " HTTP/1.1\r\nHost: " + NAME + "\r\nConnection: close\r\n\r\n");
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void warmsUpOverTls() throws IOException {
    String answer = get("/api/v1/auth/ping");

    JsonNode steps =
        new ObjectMapper()
            .readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4))
            .at("/warmup/steps");
    assertThat(steps)
        .anySatisfy(step -> {
          assertThat(step.path("name").asText()).isEqualTo("http");
          assertThat(step.path("outcome").asText()).as(step.toString()).isIn(WARM);
        });
  }

  @Test
  void usesTls13AndStrictTransportSecurity() throws IOException {
    try (SSLSocket socket = connect()) {
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
    }
    assertThat(get("/api/v1/auth/ping")).contains("Strict-Transport-Security: max-age=31536000");
  }

  @Test
  void givesThePlacesOfClosedConnectionsBack() throws IOException {
    for (int i = 0; i < 2 * MOST; i++) {
      assertThat(get("/health-check")).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void closesAConnectionWhoseRequestStalls() throws IOException {
    try (SSLSocket socket = connect()) {
      long began = System.nanoTime();
      send(socket, "POST /api/v1/auth/login HTTP/1.1\r\nHost: " + NAME + "\r\nContent-Le");

      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(1));
    }
  }
}
