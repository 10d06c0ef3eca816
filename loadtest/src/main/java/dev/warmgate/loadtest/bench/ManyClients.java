package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.load.HttpConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Clients that each write a text of their own wherever a client can: method, path, query, headers,
 * tokens and bodies.
 */
final class ManyClients implements AutoCloseable {
  /** In every text that a client chooses. */
  static final String MARK = "zq7";

  private static final String AUTH = "/api/v1/auth/";

  private final int port;
  private HttpConnection connection;

  ManyClients(int port) throws IOException {
    this.port = port;
    this.connection = new HttpConnection(port);
  }

  /** Sends every kind of request as one client. */
  void sendEvery(int client) throws IOException {
    for (byte[] request : requests(client)) {
      send(request);
    }
    send(post(AUTH + "login", client, "{\"email\":\"%s@example.com\",\"password\":\"%1$s\"}"));
  }

  /** Sends one kind of request, by turns, without those that need a password hash. */
  void sendOne(int client) throws IOException {
    List<byte[]> requests = requests(client);
    send(requests.get(client % requests.size()));
  }

  private static List<byte[]> requests(int client) {
    String own = MARK + client;
    return List.of(
        request("GET", AUTH + "ping", client, ""),
        request("GET", AUTH + "me", client, ""),
        request("GET", AUTH + "sessions", client, ""),
        request("DELETE", AUTH + "sessions/" + own, client, ""),
        request("GET", "/" + own, client, ""),
        request(own.toUpperCase(Locale.ROOT), AUTH + "ping", client, ""),
        post(AUTH + "refresh", client, "{\"refresh_token\":\"%s\"}"),
        post(AUTH + "login", client, "{\"email\":\"%s"),
        post(AUTH + "login", client, "{\"%s\":1}"),
        post("/oauth/introspect", client, "{\"token\":\"%s\"}"));
  }

  private static byte[] post(String path, int client, String body) {
    return request("POST", path, client, body.formatted(MARK + client));
  }

  private static byte[] request(String method, String path, int client, String body) {
    String own = MARK + client;
    return """
    %s %s?%s=%3$s HTTP/1.1
    Host: 127.0.0.1
    X-Forwarded-For: 10.%d.%d.%d
    User-Agent: %3$s
    Origin: https://%3$s.example
    X-Request-Id: %3$s
    Authorization: Bearer %3$s
    tracestate: %3$s=1
    baggage: %3$s=1
    traceparent: 00-%032x-%016x-01
    Content-Type: application/json; client=%3$s
    Content-Length: %d

    %s\
    """
        .formatted(
            method,
            path,
            own,
            client >> 16,
            client >> 8 & 0xff,
            client & 0xff,
            client + 1L,
            client + 1L,
            body.length(),
            body)
        .replace("\n", "\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private void send(byte[] request) throws IOException {
    if (connection.send(request).closing()) {
      connection.close();
      connection = new HttpConnection(port);
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
