package dev.warmgate.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.RunningService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests answers and does not read them, or reads them slowly. */
final class UnreadAnswersIT {
  /** Few, so that so few clients could hold all. */
  private static final int THREADS = 32;

  private static final int SOCKETS = 2 * THREADS;

  /** More than the socket's buffers hold. */
  private static final int REQUESTS = 60;

  private static final Duration PATIENCE = Duration.ofSeconds(4);
  private static final String REQUEST = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n";

  @RegisterExtension
  static final RunningService SERVICE =
      new RunningService()
          .with("server.maxThreads", Integer.toString(THREADS))
          .with("clients.patience", PATIENCE.toSeconds() + "s");

  private final ApiClient api = SERVICE.api();

  @Test
  void staysReadyWhileMoreClientsThanThreadsDoNotRead() throws Exception {
    List<Socket> unread = new ArrayList<>();
    for (int i = 0; i < SOCKETS; i++) {
      Socket socket = connect("127.0.0." + (2 + i % 10));
      send(socket, (REQUEST + "\r\n").repeat(REQUESTS));
      unread.add(socket);
    }
    long end = System.nanoTime() + PATIENCE.toNanos();
    int answers = 0;
    while (System.nanoTime() < end) {
      assertThat(api.get("/health-check").status()).isEqualTo(200);
      answers++;
      Thread.sleep(10);
    }

    // If unread answers held all threads, none would be free before the patience has ended.
    assertThat(answers).isGreaterThan(10);
    for (Socket socket : unread) {
      assertThat(isCutOff(socket)).isTrue();
    }
  }

  /** A client that reads slowly is served as long as it takes no longer than the patience. */
  @Test
  void answersWhoReadsSlowly() throws Exception {
    int length =
        api.get("/openapi.json")
            .headers()
            .firstValue("Content-Length")
            .map(Integer::parseInt)
            .orElseThrow();
    try (Socket socket = connect("127.0.0.1")) {
      send(socket, (REQUEST + "\r\n").repeat(REQUESTS - 1) + REQUEST + "Connection: close\r\n\r\n");
      Thread.sleep(PATIENCE.dividedBy(2));
      byte[] all = socket.getInputStream().readAllBytes();

      assertThat(all.length).isGreaterThan(REQUESTS * length);
      assertThat(new String(all, StandardCharsets.UTF_8).split("HTTP/1\\.1 200 OK", -1))
          .hasSize(REQUESTS + 1);
    }
  }

  private static Socket connect(String from) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(2048);
    socket.setSoTimeout(20_000);
    socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), SERVICE.port()));
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Whether the service closes the connection soon, which a client notices when it sends. */
  private static boolean isCutOff(Socket socket) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    try (socket) {
      while (System.nanoTime() < end) {
        send(socket, "x");
        Thread.sleep(20);
      }
      return false;
    } catch (SocketException closed) {
      return true;
    }
  }
}
