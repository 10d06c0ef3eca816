package dev.warmgate.warmup;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A minimal HTTP/1.1 client with one persistent connection to the service itself. A full client
 * would need warming up, and the agent would trace it.
 */
final class LoopbackClient implements Closeable {
  private static final int TIMEOUT_MS = 5000;
  private static final int MAX_LINE = 8192;

  private final Loopback self;
  private final String mark;
  private Socket socket = new Socket();
  private InputStream in = InputStream.nullInputStream();

  LoopbackClient(Loopback self, String mark) {
    this.self = self;
    this.mark = mark;
  }

  /** A response. */
  record Reply(int status, String body) {
    /** Returns a text field of the JSON body, or an empty text if it is missing. */
    String field(String name) {
      Matcher found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(body);
      return found.find() ? found.group(1) : "";
    }
  }

  /**
   * Sends a request and reads the response. After a failure the next request opens a new
   * connection.
   *
   * @param token the access token, or an empty text
   * @param json the body, or an empty text
   */
  Reply send(String method, String path, String token, String json) throws IOException {
    try {
      if (!socket.isConnected() || socket.isClosed()) {
        connect();
      }
      String head =
          method
              + " "
              + path
              + " HTTP/1.1\r\nHost: "
              + self.host()
              + "\r\n"
              + WarmupMark.HEADER
              + ": "
              + mark
              + "\r\n"
              + (token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n")
              + (json.isEmpty() ? "" : "Content-Type: application/json\r\n")
              + "Content-Length: "
              + json.length()
              + "\r\n\r\n";
      socket.getOutputStream().write((head + json).getBytes(StandardCharsets.US_ASCII));
      return read();
    } catch (IOException failed) {
      socket.close();
      throw failed;
    }
  }

  private void connect() throws IOException {
    socket = self.connect(TIMEOUT_MS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  private Reply read() throws IOException {
    String[] status = line().split(" ", 3);
    int length = 0;
    for (String header = line(); !header.isEmpty(); header = line()) {
      String[] parts = header.toLowerCase(Locale.ROOT).split(":", 2);
      if (parts[0].equals("content-length")) {
        length = Integer.parseInt(parts[1].strip());
      } else if (parts[0].equals("transfer-encoding")) {
        throw new IOException("chunked responses are not supported");
      }
    }
    byte[] body = in.readNBytes(length);
    return new Reply(Integer.parseInt(status[1]), new String(body, StandardCharsets.UTF_8));
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0 || line.length() > MAX_LINE) {
        throw new IOException("the response is not valid HTTP");
      }
      line.append((char) next);
    }
    return line.toString().stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
