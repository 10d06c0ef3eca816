package dev.warmgate.outbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.network.Cidr;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checks that the client gives up on servers that never finish their answer. */
@Tag("quick")
final class OutboundClientLimitsIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
  }

  @Test
  void givesUpOnASilentServer() throws Exception {
    assertThatThrownBy(() -> post(client(Duration.ofMillis(500)), "http://" + raw(out -> {})))
        .isInstanceOf(IOException.class);
  }

  @Test
  void givesUpOnAServerThatAnswersByteByByte() throws Exception {
    String server =
        raw(out -> {
          out.write("HTTP/1.1 200 OK\r\nX-Long: ".getBytes(UTF_8));
          while (true) {
            out.write('x');
            Thread.sleep(50);
          }
        });
    long began = System.nanoTime();

    assertThatThrownBy(() -> post(client(Duration.ofSeconds(1)), "http://" + server))
        .isInstanceOf(IOException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(TIMEOUT);
  }

  @Test
  void givesUpOnEndlessHeaders() throws Exception {
    String server =
        raw(out -> {
          out.write("HTTP/1.1 200 OK\r\n".getBytes(UTF_8));
          while (true) {
            out.write("X-More: more\r\n".getBytes(UTF_8));
          }
        });

    assertThatThrownBy(() -> post(client(TIMEOUT), "http://" + server))
        .isInstanceOf(IOException.class);
  }

  @Test
  void returnsTheStatusWithoutReadingAnEndlessBody() throws Exception {
    String server =
        raw(out -> {
          out.write("HTTP/1.1 202 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(UTF_8));
          while (true) {
            out.write("4\r\nmore\r\n".getBytes(UTF_8));
          }
        });
    long began = System.nanoTime();

    assertThat(post(client(Duration.ofMinutes(5)), "http://" + server)).isEqualTo(202);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(TIMEOUT);
  }

  private OutboundClient client(Duration timeout) {
    OutboundUrlPolicy policy = new OutboundUrlPolicy(List.of(Cidr.parse("127.0.0.1/32")));
    OutboundClient client = new OutboundClient(policy, timeout, 2);
    opened.add(client);
    return client;
  }

  private static int post(OutboundClient client, String url) throws IOException {
    return client.post(url, Map.of(), "{}".getBytes(UTF_8)).status();
  }

  private interface Answer {
    void write(OutputStream out) throws IOException, InterruptedException;
  }

  /** Starts a server that accepts one connection and answers it with raw bytes. */
  private String raw(Answer answer) throws IOException {
    ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
    opened.add(server);
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try (Socket socket = server.accept()) {
            answer.write(socket.getOutputStream());
            int _ = socket.getInputStream().readAllBytes().length;
          } catch (IOException | InterruptedException closed) {
            // The client has closed the connection, as it should.
          }
        });
    return "127.0.0.1:" + server.getLocalPort();
  }
}
