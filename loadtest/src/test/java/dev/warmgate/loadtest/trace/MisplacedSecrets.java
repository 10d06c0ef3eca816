package dev.warmgate.loadtest.trace;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.loadtest.stack.StackAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Sends requests that have secrets where clients put them by mistake: a different secret in each
 * place, so that a test can tell from which place one has leaked.
 */
final class MisplacedSecrets {
  private static final String ID = "9b2e5a52-0000-4000-8000-000000000000";
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  /** An address of its own, so that these requests use up the limits of no other client. */
  private static final String CLIENT = "127.0.0.3";

  /** An address that the service trusts as a proxy, which forwards the headers of its clients. */
  static final String PROXY = "127.0.0.2";

  private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH", "DELETE");

  /** Headers of requests, whose names are the places. */
  private static final List<String> HEADERS =
      List.of(
          "Referer",
          "User-Agent",
          "apikey",
          "X-Forwarded-For",
          "X-Forwarded-Host",
          "X-Forwarded-Proto",
          "Forwarded",
          "From",
          "X-Anything");

  private final StackAddress address;
  private final Map<String, String> secrets = new TreeMap<>();
  private final StringBuilder answers = new StringBuilder();

  MisplacedSecrets(StackAddress address) {
    this.address = address;
  }

  /** Returns the secrets by their places. */
  Map<String, String> secrets() {
    return secrets;
  }

  /** Returns the answers to requests whose target no endpoint knows, and to all with a query. */
  String answers() {
    return answers.toString();
  }

  private String in(String place) {
    return secrets.computeIfAbsent(
        place, _ -> "planted" + place.replaceAll("[^A-Za-z]", "") + "Kq7x9");
  }

  /**
   * @param openApi lists the endpoints
   */
  void plant(JsonNode openApi) {
    openApi
        .path("paths")
        .properties()
        .forEach(path -> {
          String known = path.getKey().replaceAll("\\{[^}]*}", ID);
          path.getValue().fieldNames().forEachRemaining(method -> call(method, known));
          call("BREW", known);
        });
    List.of("/", "/api/v1/auth/", "/oauth/token/", "/health-check/", "/api/v1/auth/me/", "//")
        .forEach(this::missEachPort);
    List.of("/api/v1/auth/%2e%2e/", "/api/..%2f", "/%zz", "/api/v1/auth/me;x=", "/a/../../")
        .forEach(this::missEachPort);
    for (String task : List.of("log-level", "gc", "nothing")) {
      send(address.adminPort(), "POST", "/tasks/" + task + "?logger=" + in("query"), "", "");
    }
    List.of("/ping", "/metrics", "/healthcheck", "/threads", "/observatory", "/observatory.json")
        .forEach(page ->
            send(address.adminPort(), "GET", page + "?token=" + in("query"), headers(), ""));
    malformed();
    traced();
  }

  /** Headers of tracing, which the agent would hand on, and which end up in spans. */
  private void traced() {
    for (String trace : List.of("01-" + TRACE + "-" + in("traceparent"), in("traceparent"))) {
      String request =
          "GET /api/v1/auth/ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\ntraceparent: "
              + trace
              + "\r\ntracestate: planted="
              + in("tracestate")
              + "\r\n\r\n";
      exchange(CLIENT, address.port(), request);
      exchange(PROXY, address.port(), request);
    }
    exchange(
        PROXY,
        address.port(),
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers() + "\r\n");
  }

  private void call(String lowerCase, String path) {
    String method = lowerCase.toUpperCase(java.util.Locale.ROOT);
    String target = path + "?refresh_token=" + in("query") + "&" + in("query") + "=1";
    answers.append(send(method, target, headers(), ""));
    if (!WITH_BODY.contains(method)) {
      return;
    }
    // Jersey warns of parameters in the query of a form without a body.
    String form = "Content-Type: application/x-www-form-urlencoded\r\n";
    answers.append(send(method, target, form, ""));
    send(method, path, form, "token=" + in("form") + "&grant_type=" + in("form"));
    String secret = in("body");
    for (String type : List.of("text/plain", secret)) {
      send(method, path, "Content-Type: " + type + "\r\n", secret);
    }
    for (String body :
        List.of(
            "{\"" + secret + "\": \"" + secret + "\"}",
            "{\"email\": {\"" + secret + "\": 1}, \"password\": [\"" + secret + "\"]}",
            "{\"refresh_token\": \"" + secret + "\", \"url\": \"" + secret + "\"",
            secret)) {
      send(method, path, "Content-Type: application/json\r\n", body);
    }
    send(
        method,
        path,
        "Content-Type: application/json\r\nContent-Encoding: " + secret + "\r\n",
        "{}");
  }

  private String headers() {
    StringBuilder headers = new StringBuilder();
    HEADERS.forEach(name -> headers.append(name + ": " + in(name) + "\r\n"));
    headers.append("Cookie: session=" + in("Cookie") + "; " + in("Cookie") + "\r\n");
    headers.append("Authorization: Bearer " + in("Authorization") + "\r\n");
    headers.append("Origin: https://" + in("Origin") + ".example\r\n");
    headers.append("traceparent: 00-" + TRACE + "\r\n");
    headers.append("tracestate: planted=" + in("tracestate") + "\r\n");
    headers.append("baggage: planted=" + in("baggage") + "\r\n");
    return headers.toString();
  }

  private void missEachPort(String before) {
    String path = before + in("path");
    for (int port : new int[] {address.port(), address.adminPort()}) {
      answers.append(send(port, "GET", path, headers(), ""));
      answers.append(send(port, "POST", path, "Content-Type: application/json\r\n", "{}"));
      answers.append(send(port, in("method"), path, "", ""));
    }
  }

  private void malformed() {
    String line = "GET /" + in("path") + " HTTP/1.1";
    List<List<String>> requests =
        List.of(
            List.of(in("request line")),
            List.of("GET /" + in("path") + " HTTP/7." + in("request line"), "Host: x"),
            List.of("GET http://user:" + in("user info") + "@x/ HTTP/1.1", "Host: x"),
            List.of("GET /" + in("path").repeat(900) + " HTTP/1.1", "Host: x"),
            List.of(line, "Host: a " + in("Host")),
            List.of(line, "Host: a", "Host: " + in("Host")),
            List.of(line, "Host: [" + in("Host")),
            List.of(line, "Host: " + in("Host") + ":x"),
            List.of(line, "Host: x", in("header") + " : x"),
            List.of(line, "Host: x", "Accept: application/json;q=" + in("header")),
            List.of(line, "Host: x", "Content-Length: " + in("header")),
            List.of(line, "Host: x", "X: " + in("header").repeat(900)));
    for (List<String> request : requests) {
      String text = String.join("\r\n", request) + "\r\nConnection: close\r\n\r\n";
      answers.append(exchange(address.port(), text));
      answers.append(exchange(address.adminPort(), text));
    }
  }

  private String send(String method, String target, String headers, String body) {
    return send(address.port(), method, target, headers, body);
  }

  private static String send(int port, String method, String target, String headers, String body) {
    return exchange(
        port,
        method
            + " "
            + target
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + headers
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  private static String exchange(int port, String request) {
    return exchange(CLIENT, port, request);
  }

  private static String exchange(String from, int port, String request) {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.ofLiteral(from), 0)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketException _) {
      // The service closes the connection without reading all of a request that it refuses.
      return "";
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
