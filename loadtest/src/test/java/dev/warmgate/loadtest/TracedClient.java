package dev.warmgate.loadtest;

import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends requests with generated trace ids and fetches their traces from the stack. */
final class TracedClient {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Stack stack;

  TracedClient(Stack stack) {
    this.stack = stack;
  }

  /** An answer and the id of its trace. */
  record Reply(int status, String body, String traceId) {
    /** Returns a text field of the JSON answer, or "" if it is missing. */
    String field(String name) {
      Matcher found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(body);
      return found.find() ? found.group(1) : "";
    }
  }

  static StackOptions options(Path directory, Map<String, String> environment) {
    Path project = Path.of(System.getProperty("warmgate.root"));
    return new StackOptions(project, directory, 0, 0, false, environment);
  }

  static String credentials(String email) {
    return "{\"email\":\"" + email + "\",\"password\":\"seven quiet lanterns\"}";
  }

  Reply get(String path, String token) throws IOException, InterruptedException {
    return send(path, token, HttpRequest.newBuilder().GET());
  }

  /** Sends a request whose client does not sample its trace. */
  Reply getUnsampled(String path) throws IOException, InterruptedException {
    return send(path, "", "00", HttpRequest.newBuilder().GET());
  }

  Reply post(String path, String body) throws IOException, InterruptedException {
    return post(path, "", body);
  }

  Reply post(String path, String token, String body) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder()
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    return send(path, token, request);
  }

  private Reply send(String path, String token, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return send(path, token, "01", request);
  }

  private Reply send(String path, String token, String flags, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String traceId = "%016x%016x".formatted(random.nextLong() | 1, random.nextLong());
    request
        .uri(URI.create(stack.address().baseUrl() + path))
        .timeout(LIMIT)
        .header("traceparent", "00-%s-%016x-%s".formatted(traceId, random.nextLong() | 1, flags));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return new Reply(response.statusCode(), response.body(), traceId);
  }

  /** Returns the complete trace, which ends with the export of the server span. */
  List<Span> trace(Reply reply) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    List<Span> trace = stack.spans().trace(reply.traceId());
    while (FilterTraceCheck.server(trace).isEmpty() && System.nanoTime() < end) {
      Thread.sleep(50);
      trace = stack.spans().trace(reply.traceId());
    }
    return trace;
  }
}
