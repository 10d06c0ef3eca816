package dev.warmgate.loadtest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.testkit.TestStack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks with the real agent that only a trusted proxy can have a request recorded. */
final class SamplingFlagIT {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** Not among the share that is recorded anyway, because they end with a large number. */
  private static final String OF_A_STRANGER = "0af7651916cd43dd7fffffffffffff00";

  private static final String OF_A_PROXY = "0af7651916cd43dd7fffffffffffff01";

  @TempDir private Path directory;

  @Test
  void countsOnlyFromATrustedProxy() throws Exception {
    Map<String, String> settings =
        Map.of("OTEL_TRACES_SAMPLER_ARG", "0.000001", "TRUSTED_PROXIES", "127.0.0.2/32");
    try (Stack stack = TestStack.start(directory, settings)) {
      send(stack, "127.0.0.1", OF_A_STRANGER);
      send(stack, "127.0.0.2", OF_A_PROXY);

      assertThat(stack.spans().await(OF_A_PROXY, LIMIT)).isTrue();
      // Spans are exported in the order in which they end.
      assertThat(stack.spans().trace(OF_A_STRANGER)).isEmpty();
    }
  }

  private static void send(Stack stack, String from, String trace) throws IOException {
    int port = Integer.parseInt(stack.address().baseUrl().replaceFirst(".*:", ""));
    InetAddress service = InetAddress.ofLiteral("127.0.0.1");
    try (Socket socket = new Socket(service, port, InetAddress.ofLiteral(from), 0)) {
      String request =
          "GET /api/v1/auth/ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\ntraceparent: 00-"
              + trace
              + "-b7ad6b7169203331-01\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 200");
    }
  }
}
