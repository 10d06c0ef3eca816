package dev.warmgate.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Receives webhook messages at any path and keeps them for the test. */
public final class WebhookReceiver implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, List<Received>> received = new ConcurrentHashMap<>();
  private final Map<String, Callable<Integer>> answers = new ConcurrentHashMap<>();
  private final Map<String, Map.Entry<String, String>> headers = new ConcurrentHashMap<>();
  private final StubServer server = new StubServer(this::handle);

  /** A received message; the names of the headers are in lower case. */
  public record Received(Map<String, List<String>> headers, String text) {
    public String id() {
      return headers.get("webhook-id").getFirst();
    }

    public JsonNode body() throws IOException {
      return JSON.readTree(text);
    }

    public String type() throws IOException {
      return body().path("type").asText();
    }

    /** Verifies the signature with the Standard Webhooks library; throws if it is invalid. */
    public void verify(String secret) throws Exception {
      new Webhook(secret).verify(text, headers);
    }
  }

  public String url(String path) {
    return server.url(path);
  }

  /** Sets the status of the answers at a path; the default is 200. */
  public void answer(String path, Callable<Integer> status) {
    answers.put(path, status);
  }

  /** Sets the status and a header of the answers at a path. */
  public void answer(String path, int status, String header, String value) {
    answers.put(path, () -> status);
    headers.put(path, Map.entry(header, value));
  }

  public List<Received> at(String path) {
    return received.computeIfAbsent(path, _ -> new CopyOnWriteArrayList<>());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try {
      String path = exchange.getRequestURI().getPath();
      Map<String, List<String>> headers = new HashMap<>();
      exchange
          .getRequestHeaders()
          .forEach(
              (name, values) -> headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
      at(path)
          .add(new Received(headers, new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
      Map.Entry<String, String> header = this.headers.get(path);
      if (header != null) {
        exchange.getResponseHeaders().set(header.getKey(), header.getValue());
      }
      exchange.sendResponseHeaders(answers.getOrDefault(path, () -> 200).call(), -1);
    } catch (IOException failed) {
      throw failed;
    } catch (Exception unexpected) {
      throw new IOException(unexpected);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
