package dev.warmgate.cli.validate;

import com.sun.net.httpserver.HttpHandler;
import dev.warmgate.testkit.StubServer;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** A stub that answers as a ready Warmgate does; a test can replace each answer. */
final class FakeWarmgate implements AutoCloseable {
  static final String PING = "/api/v1/auth/ping";
  static final String STATUS = "/api/v1/auth/middleware-status";
  static final String JWKS = "/.well-known/jwks.json";
  static final String DATABASE = "/api/v1/database/performance";
  static final List<String> ORDER =
      List.of(
          "request-id",
          "fast-lane",
          "rate-limit",
          "authentication",
          "access-control",
          "ssrf-protection");

  private final Map<String, HttpHandler> answers = new ConcurrentHashMap<>();
  private final StubServer server =
      new StubServer(exchange ->
          answers
              .getOrDefault(exchange.getRequestURI().getPath(), body(404, "{}"))
              .handle(exchange));

  FakeWarmgate() {
    put(
        PING,
        """
        {"status": "ok", "ready": true, "database": {"status": "up", "age_ms": 1},
        "redis": {"status": "up", "age_ms": 1}, "keys": {"status": "up", "age_ms": 1},
        "warmup": {"complete": true}, "response_time_ms": 0.1, "target_ms": 200}\
        """);
    put("/health-check", "[]");
    put(STATUS, status(ORDER, true));
    answers.put(
        JWKS,
        exchange -> {
          exchange.getResponseHeaders().add("Cache-Control", "public, max-age=600");
          body(200, "{\"keys\": [" + key("ES256", "") + "]}").handle(exchange);
        });
  }

  /** Returns a JWK with the public key of RFC 7515, A.3. */
  static String key(String algorithm, String members) {
    return """
    {"kty": "EC", "crv": "P-256", "alg": "%s", "kid": "1",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"%s}\
    """
        .formatted(algorithm, members);
  }

  /** Returns the status of a service that runs its filters in this order. */
  static String status(List<String> order, boolean bypassed) {
    String registered = "";
    String observed = "";
    for (int i = 0; i < order.size(); i++) {
      String comma = i == 0 ? "" : ", ";
      String outcome = i >= 4 && bypassed ? "bypassed" : "passed";
      registered += comma + "{\"name\": \"%s\", \"priority\": %d}".formatted(order.get(i), i);
      observed +=
          comma
              + "{\"name\": \"%s\", \"order\": %d, \"outcome\": \"%s\"}"
                  .formatted(order.get(i), i + 1, outcome);
    }
    String full =
        order.stream()
            .map("\"%s\": {\"passed\": 3}"::formatted)
            .collect(Collectors.joining(", ", "{", "}"));
    return """
    {"declared": [%s], "registered": [%s], "observed": [%s], "in_order": true,
    "fastpath_active": %s,
    "bypasses": {"access_control_bypassed": %s, "ssrf_protection_bypassed": %s},
    "ledger": {"fast": {"requests": 9, "filters": {}}, "full": {"requests": 3, "filters": %s}},
    "response_time_ms": 0.2}\
    """
        .formatted(registered, registered, observed, bypassed, bypassed, bypassed, full);
  }

  static HttpHandler body(int status, String body) {
    return body(status, "application/json", body.getBytes(StandardCharsets.UTF_8));
  }

  static HttpHandler body(int status, String type, byte[] body) {
    return exchange -> {
      exchange.getResponseHeaders().add("Content-Type", type);
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    };
  }

  FakeWarmgate put(String path, String body) {
    return put(path, body(200, body));
  }

  FakeWarmgate put(String path, HttpHandler answer) {
    answers.put(path, answer);
    return this;
  }

  /** Moves all answers below a base path. */
  FakeWarmgate under(String base) {
    Map.copyOf(answers)
        .forEach((path, answer) -> {
          answers.put(base + path, answer);
          answers.remove(path);
        });
    return this;
  }

  int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
  }
}
