package dev.warmgate.testkit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Sends raw bytes, which need not be valid HTTP, and reads the answer. */
public final class RawHttp {
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

  private RawHttp() {}

  /** Opens a connection from one of this machine's loopback addresses. */
  public static Connection connect(String from, int port) throws IOException {
    Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.ofLiteral(from), 0);
    socket.setSoTimeout(10_000);
    return new Connection(socket);
  }

  /** A connection for one answer, of which the test decides what is sent when. */
  public record Connection(Socket socket) implements AutoCloseable {
    public void send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads one line. */
    public String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int next = socket.getInputStream().read();
          next >= 0 && next != '\n';
          next = socket.getInputStream().read()) {
        line.append((char) next);
      }
      return line.toString().strip();
    }

    /** Reads the last answer, to the end of the connection. */
    public Answer answer() throws IOException {
      return answers().getLast();
    }

    /** Reads to the end of the connection. */
    public List<Answer> answers() throws IOException {
      List<Answer> answers = new ArrayList<>();
      for (String text : readToEnd(socket.getInputStream()).split("(?=HTTP/1\\.1 )", -1)) {
        if (text.startsWith("HTTP/1.1 ")) {
          answers.add(parse(text));
        }
      }
      return answers;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** Sends a request after which the server closes the connection. */
  public static Answer send(int port, String request) {
    return send(port, request, false);
  }

  /** Sends a request and closes the client's side, even if the request is incomplete. */
  public static Answer sendAndEnd(int port, String request) {
    return send(port, request, true);
  }

  /** Returns the status of each answer until the server closes the connection. */
  public static List<Integer> statuses(int port, String requests) {
    return STATUS_LINE
        .matcher(exchange(port, requests, false))
        .results()
        .map(line -> Integer.valueOf(line.group(1)))
        .toList();
  }

  private static Answer send(int port, String request, boolean end) {
    try {
      return parse(exchange(port, request, end));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static String exchange(int port, String request, boolean end) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      if (end) {
        socket.shutdownOutput();
      }
      return readToEnd(socket.getInputStream());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static String readToEnd(InputStream stream) throws IOException {
    StringBuilder text = new StringBuilder();
    byte[] buffer = new byte[4096];
    try {
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        text.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
      }
    } catch (java.net.SocketException reset) {
      // The server may close the connection before it has read a request that it refuses.
      if (text.isEmpty()) {
        throw reset;
      }
    }
    return text.toString();
  }

  private static Answer parse(String text) throws IOException {
    String[] parts = text.split("\r\n\r\n", 2);
    String[] head = parts[0].split("\r\n");
    Map<String, List<String>> headers =
        Arrays.stream(head)
            .skip(1)
            .map(line -> line.split(": *", 2))
            .collect(
                Collectors.groupingBy(
                    pair -> pair[0], Collectors.mapping(pair -> pair[1], Collectors.toList())));
    HttpHeaders fields = HttpHeaders.of(headers, (name, value) -> true);
    String body = parts.length == 1 ? "" : parts[1];
    return new Answer(
        Integer.parseInt(head[0].substring(9, 12)),
        fields,
        fields.firstValue("Content-Type").orElse("").contains("json") && body.contains("{")
            ? new ObjectMapper()
                .readTree(body.substring(body.indexOf('{'), body.lastIndexOf('}') + 1))
            : MissingNode.getInstance());
  }
}
