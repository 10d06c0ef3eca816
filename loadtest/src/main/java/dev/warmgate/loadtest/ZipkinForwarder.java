package dev.warmgate.loadtest;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Forwards spans to Zipkin in the background. {@link #offer} never blocks; spans that arrive while
 * the queue is full are dropped.
 */
final class ZipkinForwarder implements AutoCloseable {
  /** In batches of the service's exporter, of at most 512 spans each. */
  private static final int MOST_WAITING = 64;

  private static final int ATTEMPTS = 120;
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final BlockingQueue<ExportTraceServiceRequest> waiting =
      new ArrayBlockingQueue<>(MOST_WAITING);
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
  private final URI intake;
  private final Thread thread;

  private ZipkinForwarder(URI intake) {
    this.intake = intake;
    this.thread = Thread.ofPlatform().daemon().name("zipkin").unstarted(this::run);
  }

  static ZipkinForwarder start(URI intake) {
    ZipkinForwarder forwarder = new ZipkinForwarder(intake);
    forwarder.thread.start();
    return forwarder;
  }

  /** Queues the spans; returns false if they are dropped because the queue is full. */
  boolean offer(ExportTraceServiceRequest spans) {
    return waiting.offer(spans);
  }

  @Override
  public void close() {
    thread.interrupt();
    client.shutdownNow();
  }

  private void run() {
    try {
      while (true) {
        send(ZipkinSpans.json(waiting.take()));
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** Retries, because Zipkin takes longer to start than the service. */
  private void send(String spans) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(intake)
            .timeout(LIMIT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(spans))
            .build();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        client.send(request, HttpResponse.BodyHandlers.discarding());
        return;
      } catch (IOException e) {
        Thread.sleep(PAUSE);
      }
    }
  }
}
