package dev.warmgate.loadtest.trace;

import com.google.protobuf.MessageLite;
import dev.warmgate.loadtest.http.ApiClient;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Hands OTLP exports on to a collector and returns when it has them; throws an {@link
 * UncheckedIOException} if it does not take one.
 */
public final class OtlpForwarder implements AutoCloseable {
  private final ApiClient collector;

  /**
   * @param url of the collector, without a path
   */
  public OtlpForwarder(String url) {
    collector = new ApiClient(url);
  }

  /** Passes on everything that the receiver gets from now on. */
  public void follow(SpanReceiver receiver) {
    receiver.handTo(spans -> send("/v1/traces", spans));
    receiver.handMetricsTo(metrics -> send("/v1/metrics", metrics));
  }

  /**
   * @param path of the collector's receiver for this kind of export
   */
  public void send(String path, MessageLite export) {
    try {
      int status = collector.call("POST", path).protobuf(export.toByteArray()).send().status();
      if (status != 200) {
        throw new UncheckedIOException(new IOException("the collector answered " + status));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted", e));
    }
  }

  @Override
  public void close() {
    collector.close();
  }
}
