package dev.warmgate.cli.validate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The deployment under test, asked over HTTP/1.1 with one connection that is kept open. Anything
 * but a JSON answer in time becomes a {@link ProbeFailure}.
 */
final class Deployment implements AutoCloseable {
  private static final int MAX_BODY = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI base;
  private final Duration timeout;
  private final HttpClient client;

  /**
   * @param base without a trailing slash
   */
  Deployment(URI base, Duration timeout) {
    this.base = base;
    this.timeout = timeout;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout)
            .build();
  }

  URI base() {
    return base;
  }

  /** The same service over a new connection. */
  Deployment withNewConnection() {
    return new Deployment(base, timeout);
  }

  boolean isTls() {
    return base.getScheme().equals("https");
  }

  Reply get(String path) {
    return send("GET", path, null, null, null);
  }

  Reply get(String path, String bearer) {
    return send("GET", path, bearer, null, null);
  }

  Reply post(String path, Map<String, String> body) {
    return send("POST", path, null, null, body);
  }

  /** Sends a request as a load test does. */
  Reply postAsLoadTest(String path, String serviceKey, Map<String, String> body) {
    return send("POST", path, null, serviceKey, body);
  }

  Reply delete(String path, String bearer, Map<String, String> body) {
    return send("DELETE", path, bearer, null, body);
  }

  /** The median time of five TCP connects, as an estimate of one network round trip. */
  double roundTripMillis() {
    double[] millis = new double[5];
    int port = base.getPort() >= 0 ? base.getPort() : isTls() ? 443 : 80;
    try {
      InetAddress host = InetAddress.getByName(base.getHost());
      for (int i = 0; i < millis.length; i++) {
        long begun = System.nanoTime();
        try (Socket socket = new Socket()) {
          socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
          millis[i] = (System.nanoTime() - begun) / 1e6;
        }
      }
    } catch (IOException failed) {
      throw ProbeFailure.of(failed, timeout);
    }
    return new Samples(millis).median();
  }

  private Reply send(
      String method,
      String path,
      @Nullable String bearer,
      @Nullable String loadTestKey,
      @Nullable Map<String, String> body) {
    HttpRequest request = request(method, path, bearer, loadTestKey, body);
    long begun = System.nanoTime();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BODY));
    try {
      // The timeout of the client only covers the headers; this one covers the body too.
      HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      double millis = (System.nanoTime() - begun) / 1e6;
      return new Reply(response.statusCode(), response.headers(), parse(response), millis);
    } catch (ExecutionException failed) {
      throw ProbeFailure.of(failed.getCause(), timeout);
    } catch (TimeoutException slow) {
      answer.cancel(true);
      throw ProbeFailure.of(slow, timeout);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ProbeFailure("interrupted");
    }
  }

  private HttpRequest request(
      String method,
      String path,
      @Nullable String bearer,
      @Nullable String loadTestKey,
      @Nullable Map<String, String> body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .header("User-Agent", "warmgate-validate")
            .header("Accept", "application/json");
    if (bearer != null) {
      request.header("Authorization", "Bearer " + bearer);
    }
    if (loadTestKey != null) {
      request.header("X-Warmgate-Load-Test", loadTestKey);
    }
    if (body == null) {
      return request.method(method, HttpRequest.BodyPublishers.noBody()).build();
    }
    return request
        .header("Content-Type", "application/json")
        .method(method, HttpRequest.BodyPublishers.ofString(JSON.valueToTree(body).toString()))
        .build();
  }

  private static JsonNode parse(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    String type = Reply.printable(response.headers().firstValue("Content-Type").orElse("no type"));
    if (status >= 300 && status < 400) {
      String to = response.headers().firstValue("Location").orElse("nowhere");
      throw new ProbeFailure(
          "redirects (%d) to %s: use that address".formatted(status, withoutQuery(to)));
    }
    if (response.body().length == 0) {
      return MissingNode.getInstance();
    }
    try {
      if (type.contains("json")) {
        return JSON.readTree(response.body());
      }
    } catch (JsonProcessingException notJson) {
      throw new ProbeFailure("answered %d with broken JSON".formatted(status));
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    throw new ProbeFailure("answered %d with %s, not JSON".formatted(status, type));
  }

  private static String withoutQuery(String location) {
    return Reply.printable(location.replaceAll("[?#].*", "").replaceAll("//[^/]*@", "//"));
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
