package dev.warmgate.loadtest.trace;

import dev.warmgate.loadtest.http.ApiClient;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Forwards spans to Zipkin in the background. {@link #offer} never blocks; spans that arrive while
 * the queue is full are dropped.
 */
public final class ZipkinForwarder implements AutoCloseable {
  /** In batches of the service's exporter, of at most 512 spans each. */
  private static final int MOST_WAITING = 64;

  private static final int ATTEMPTS = 120;
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final BlockingQueue<ExportTraceServiceRequest> waiting =
      new ArrayBlockingQueue<>(MOST_WAITING);
  private final ApiClient client;
  private final Thread thread;

  private ZipkinForwarder(URI intake) {
    this.client = new ApiClient(intake.toString());
    this.thread = Thread.ofPlatform().daemon().name("zipkin").unstarted(this::run);
  }

  public static ZipkinForwarder start(URI intake) {
    ZipkinForwarder forwarder = new ZipkinForwarder(intake);
    forwarder.thread.start();
    return forwarder;
  }

  /** Queues the spans; returns false if they are dropped because the queue is full. */
  public boolean offer(ExportTraceServiceRequest spans) {
    return waiting.offer(spans);
  }

  @Override
  public void close() {
    thread.interrupt();
    client.close();
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
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        client.post("", "", spans);
        return;
      } catch (IOException e) {
        Thread.sleep(PAUSE);
      }
    }
  }
}
