package dev.warmgate.loadtest.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends requests to one server and reads whole answers; a request without an answer throws an
 * {@link IOException}. For load, use {@link dev.warmgate.loadtest.load.Load}, which costs less.
 */
public final class ApiClient implements AutoCloseable {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration LATE = Duration.ofMillis(100);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_LIMIT)
          .build();
  private final String baseUrl;

  /**
   * @param baseUrl the address to which paths are added
   */
  public ApiClient(String baseUrl) {
    this.baseUrl = baseUrl;
  }

  /** A request that has not been sent yet. */
  public final class Call {
    private final HttpRequest.Builder request;
    private final String method;

    private Call(String method, String path) {
      this.method = method;
      request =
          HttpRequest.newBuilder(URI.create(baseUrl + path))
              .timeout(LIMIT)
              .method(method, HttpRequest.BodyPublishers.noBody());
    }

    /** Authenticates with an access token or a service key; with "", not at all. */
    public Call token(String token) {
      return token.isEmpty() ? this : header("Authorization", "Bearer " + token);
    }

    public Call header(String name, String value) {
      request.header(name, value);
      return this;
    }

    public Call limit(Duration limit) {
      request.timeout(limit);
      return this;
    }

    public Call json(String body) {
      return body("application/json", body);
    }

    public Call protobuf(byte[] body) {
      return body("application/x-protobuf", HttpRequest.BodyPublishers.ofByteArray(body));
    }

    public Call form(String body) {
      return body("application/x-www-form-urlencoded", body);
    }

    /** Sends the body a tenth of a second after the headers, in chunks. */
    public Call lateJson(String body) {
      return body("application/json", HttpRequest.BodyPublishers.ofInputStream(() -> late(body)));
    }

    private static InputStream late(String body) {
      LockSupport.parkNanos(LATE.toNanos());
      return new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8));
    }

    private Call body(String type, String body) {
      return body(type, HttpRequest.BodyPublishers.ofString(body));
    }

    private Call body(String type, HttpRequest.BodyPublisher body) {
      request.method(method, body);
      return header("Content-Type", type);
    }

    public Reply send() throws IOException, InterruptedException {
      long began = System.nanoTime();
      return reply(http.send(request.build(), HttpResponse.BodyHandlers.ofString()), began);
    }

    public CompletableFuture<Reply> sendAsync() {
      long began = System.nanoTime();
      return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
          .thenApply(answer -> reply(answer, began));
    }

    private static Reply reply(HttpResponse<String> answer, long began) {
      return new Reply(
          answer.statusCode(), answer.headers(), answer.body(), (System.nanoTime() - began) / 1e9);
    }
  }

  public Call call(String method, String path) {
    return new Call(method, path);
  }

  public Reply get(String path, String token) throws IOException, InterruptedException {
    return call("GET", path).token(token).send();
  }

  public Reply post(String path, String token, String json)
      throws IOException, InterruptedException {
    return call("POST", path).token(token).json(json).send();
  }

  /** Whether the server answers 200 within this time. */
  public boolean answers(String path, Duration limit) throws InterruptedException {
    try {
      return call("GET", path).limit(limit).send().status() == 200;
    } catch (IOException unreachable) {
      return false;
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
