package dev.warmgate.loadtest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.warmgate.loadtest.stack.Stack;
import dev.warmgate.loadtest.testkit.TestStack;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks with the real agent that only a trusted proxy's trace goes on. */
@Tag("full")
final class CallersTraceIT {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int REQUESTS = 3;
  private static final int STRANGERS = 100;
  private static final String OF_A_STRANGER = "0af7651916cd43dd7fffffffffffff00";
  private static final String OF_A_PROXY = "0af7651916cd43dd7fffffffffffff01";

  /**
   * Half of all traces are recorded: those whose last seven bytes are a number that is this high.
   */
  private static final String HIGH = "0af7651916cd43dd7fffffffffffff02";

  private static final String LOW = "0af7651916cd43dd7f00000000000002";
  private static final ByteString SPAN =
      ByteString.copyFrom(HexFormat.of().parseHex("b7ad6b7169203331"));

  @TempDir private Path directory;

  @Test
  void goesOnIfAProxySendsItAndIsOnlyLinkedIfAStrangerDoes() throws Exception {
    Map<String, String> settings = Map.of("TRUSTED_PROXIES", "127.0.0.2/32");
    try (Stack stack = TestStack.start(directory, settings)) {
      for (int i = 0; i < REQUESTS; i++) {
        String flags = i % 2 == 0 ? "01" : "00";
        send(stack, "127.0.0.1", OF_A_STRANGER, flags);
        send(stack, "127.0.0.2", OF_A_PROXY, flags);
      }
      // Spans are exported in the order in which they end.
      TestStack.await(LIMIT, () -> servers(stack, OF_A_PROXY).size() == REQUESTS);

      assertThat(servers(stack, OF_A_PROXY))
          .allMatch(span -> span.getTraceId().equals(id(OF_A_PROXY)))
          .allMatch(span -> span.getParentSpanId().equals(SPAN))
          .allMatch(span -> span.getLinksList().isEmpty());
      List<Span> strangers = servers(stack, OF_A_STRANGER);
      assertThat(strangers).extracting(Span::getTraceId).hasSize(REQUESTS).doesNotHaveDuplicates();
      assertThat(strangers)
          .noneMatch(span -> span.getTraceId().equals(id(OF_A_STRANGER)))
          .allMatch(span -> span.getParentSpanId().isEmpty())
          .allMatch(span -> span.getLinks(0).getTraceId().equals(id(OF_A_STRANGER)))
          .allMatch(span -> span.getLinks(0).getSpanId().equals(SPAN));
    }
  }

  @Test
  void isRecordedIfItIsInTheShareThatIsAskedFor() throws Exception {
    Map<String, String> settings =
        Map.of("TRUSTED_PROXIES", "127.0.0.2/32", "OTEL_TRACES_SAMPLER_ARG", "0.5");
    try (Stack stack = TestStack.start(directory, settings)) {
      send(stack, "127.0.0.2", LOW, "01");
      for (int i = 0; i < STRANGERS; i++) {
        send(stack, "127.0.0.1", OF_A_STRANGER, "01");
      }
      send(stack, "127.0.0.2", HIGH, "01");
      TestStack.await(LIMIT, () -> servers(stack, HIGH).size() == 1);

      assertThat(servers(stack, LOW)).isEmpty();
      // By chance it is fewer or more less than once in a billion runs.
      assertThat(servers(stack, OF_A_STRANGER)).hasSizeBetween(20, STRANGERS - 20);
    }
  }

  private static List<Span> servers(Stack stack, String trace) {
    return stack.spans().trace(trace).stream()
        .filter(span -> span.getKind() == Span.SpanKind.SPAN_KIND_SERVER)
        .toList();
  }

  private static ByteString id(String trace) {
    return ByteString.copyFrom(HexFormat.of().parseHex(trace));
  }

  private static void send(Stack stack, String from, String trace, String flags)
      throws IOException {
    int port = Integer.parseInt(stack.address().baseUrl().replaceFirst(".*:", ""));
    InetAddress service = InetAddress.ofLiteral("127.0.0.1");
    try (Socket socket = new Socket(service, port, InetAddress.ofLiteral(from), 0)) {
      String request =
          "GET /api/v1/auth/ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\ntraceparent: 00-"
              + trace
              + "-b7ad6b7169203331-"
              + flags
              + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 200");
    }
  }
}
