package dev.warmgate.loadtest.load;

import dev.warmgate.loadtest.http.Json;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/**
 * A keep-alive HTTP/1.1 connection with little processor cost, because the load shares the cores
 * with the service that it measures.
 */
public final class HttpConnection implements Closeable {
  static final Duration LIMIT = Duration.ofSeconds(10);

  private final Socket socket = new Socket();
  private final InputStream in;

  public HttpConnection(int port) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) LIMIT.toMillis());
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
    in = new BufferedInputStream(socket.getInputStream(), 4096);
  }

  /** An answer; {@code closing} if the server closes the connection after it. */
  public record Answer(int status, String body, boolean hasRetryAfter, boolean closing) {
    /** Returns a text field of the JSON answer. */
    public String field(String name) {
      return Json.field(body, name);
    }
  }

  public static byte[] get(String path, String token) {
    return request("GET", path, token, "");
  }

  public static byte[] post(String path, String json) {
    return request("POST", path, "", json);
  }

  /** Posts the fields of a form. */
  public static byte[] form(String path, String token, String fields) {
    return request("POST", path, token, "application/x-www-form-urlencoded", fields);
  }

  /**
   * @param token the access token, empty for none
   * @param json the body, empty for none
   */
  public static byte[] request(String method, String path, String token, String json) {
    return request(method, path, token, "application/json", json);
  }

  private static byte[] request(
      String method, String path, String token, String type, String body) {
    StringBuilder request = new StringBuilder(method).append(' ').append(path);
    request.append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    if (!token.isEmpty()) {
      request.append("Authorization: Bearer ").append(token).append("\r\n");
    }
    if (!body.isEmpty()) {
      request.append("Content-Type: ").append(type).append("\r\n");
    }
    if (!body.isEmpty() || method.equals("POST")) {
      request.append("Content-Length: ").append(body.length()).append("\r\n");
    }
    return request.append("\r\n").append(body).toString().getBytes(StandardCharsets.US_ASCII);
  }

  public Answer send(byte[] request) throws IOException {
    socket.getOutputStream().write(request);
    String statusLine = line();
    int length = 0;
    boolean chunked = false;
    boolean retryAfter = false;
    boolean closing = false;
    for (String header = line(); !header.isEmpty(); header = line()) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(15).strip());
      }
      chunked |= lower.startsWith("transfer-encoding:");
      retryAfter |= lower.startsWith("retry-after:");
      closing |= lower.startsWith("connection:") && lower.contains("close");
    }
    String body = chunked ? chunks() : bytes(length);
    return new Answer(Integer.parseInt(statusLine.substring(9, 12)), body, retryAfter, closing);
  }

  private String chunks() throws IOException {
    StringBuilder body = new StringBuilder();
    for (int size = chunkSize(); size > 0; size = chunkSize()) {
      body.append(bytes(size));
      line();
    }
    line();
    return body.toString();
  }

  private int chunkSize() throws IOException {
    return Integer.parseInt(line(), 16);
  }

  private String bytes(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the answer was cut off");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder(64);
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the connection was closed");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException alreadyClosed) {
      return;
    }
  }
}
