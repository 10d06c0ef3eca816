package dev.warmgate.loadtest.trace;

import dev.warmgate.loadtest.http.ApiClient;
import dev.warmgate.loadtest.http.Reply;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Sends requests with generated trace ids and fetches the traces that link to them from a receiver.
 */
public final class TracedClient {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final SpanReceiver spans;
  private final ApiClient client;

  /**
   * @param spans the receiver of the service's traces
   */
  public TracedClient(String baseUrl, SpanReceiver spans) {
    this.spans = spans;
    this.client = new ApiClient(baseUrl);
  }

  /** An answer and the id of the client's trace. */
  public record Traced(Reply reply, String traceId) {
    public int status() {
      return reply.status();
    }

    public String body() {
      return reply.body();
    }

    public String field(String name) {
      return reply.field(name);
    }
  }

  public Traced get(String path, String token) throws IOException, InterruptedException {
    return send(client.call("GET", path).token(token), "01");
  }

  /** Sends a request whose client does not sample its trace. */
  public Traced getUnsampled(String path) throws IOException, InterruptedException {
    return send(client.call("GET", path), "00");
  }

  public Traced post(String path, String body) throws IOException, InterruptedException {
    return post(path, "", body);
  }

  public Traced post(String path, String token, String body)
      throws IOException, InterruptedException {
    return send(client.call("POST", path).token(token).json(body), "01");
  }

  /** Sends a request whose body follows a tenth of a second later. */
  public Traced postLate(String path, String body) throws IOException, InterruptedException {
    return send(client.call("POST", path).lateJson(body), "01");
  }

  private static Traced send(ApiClient.Call call, String flags)
      throws IOException, InterruptedException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String traceId = "%016x%016x".formatted(random.nextLong() | 1, random.nextLong());
    String parent = "00-%s-%016x-%s".formatted(traceId, random.nextLong() | 1, flags);
    return new Traced(call.limit(LIMIT).header("traceparent", parent).send(), traceId);
  }

  /** Returns the complete trace, which ends with the export of the server span. */
  public List<Span> trace(Traced reply) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    List<Span> trace = spans.trace(reply.traceId());
    while (FilterTraceCheck.server(trace).isEmpty() && System.nanoTime() < end) {
      Thread.sleep(50);
      trace = spans.trace(reply.traceId());
    }
    return trace;
  }
}
