package dev.warmgate.loadtest.trace;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Receives the service's OTLP exports: it keeps the newest traces, each span once, and passes
 * metrics on, if someone wants them. It answers 400 to a body that it cannot parse, and 503 if a
 * receiver behind it does not take one, so that the service sends it again.
 */
public final class SpanReceiver implements AutoCloseable {
  private static final int KEPT = 20_000;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newSingleThreadExecutor();

  /**
   * Grouped by trace: a trace that lost only its oldest spans would look like a request that
   * skipped filters.
   */
  private final SequencedMap<ByteString, SequencedMap<ByteString, Span>> traces =
      new LinkedHashMap<>();

  /** The traces of requests by those of their callers, to which they link. */
  private final Map<ByteString, Set<ByteString>> linked = new HashMap<>();

  private int count;
  private volatile boolean reads = true;
  private volatile Consumer<ExportTraceServiceRequest> next = request -> {};
  private volatile Consumer<ExportMetricsServiceRequest> nextOfMetrics = request -> {};

  private SpanReceiver(HttpServer server) {
    this.server = server;
  }

  public static SpanReceiver start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    SpanReceiver receiver = new SpanReceiver(server);
    server.createContext("/v1/traces", receiver::receive);
    server.createContext("/v1/metrics", receiver::receiveMetrics);
    server.createContext("/filter-order", receiver::report);
    server.setExecutor(receiver.threads);
    server.start();
    return receiver;
  }

  /** Passes later exports on to this receiver as well, after those named before. */
  public void handTo(Consumer<ExportTraceServiceRequest> receiver) {
    next = next.andThen(receiver);
  }

  /** Passes later exports of metrics on to this receiver as well. */
  public void handMetricsTo(Consumer<ExportMetricsServiceRequest> receiver) {
    nextOfMetrics = nextOfMetrics.andThen(receiver);
  }

  public String filterOrderUrl() {
    return endpoint() + "/filter-order";
  }

  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /**
   * Returns the kept spans of a trace, given its id in hex, in order of arrival, and those of the
   * traces that link to it.
   */
  public synchronized List<Span> trace(String traceId) {
    ByteString id = ByteString.copyFrom(HexFormat.of().parseHex(traceId));
    return Stream.concat(Stream.of(id), linked.getOrDefault(id, Set.of()).stream())
        .map(traces::get)
        .filter(Objects::nonNull)
        .flatMap(spans -> spans.values().stream())
        .toList();
  }

  /** Returns the kept traces, each with its spans in order of arrival. */
  public synchronized List<List<Span>> kept() {
    return traces.values().stream().map(spans -> List.copyOf(spans.values())).toList();
  }

  /** Forgets what has arrived, such as the spans of a start. */
  public synchronized void forget() {
    traces.clear();
    linked.clear();
    count = 0;
  }

  /**
   * From now on takes traces and metrics without reading them, and so costs this machine nearly as
   * little as a collector on another one.
   */
  public void stopReading() {
    reads = false;
  }

  /** Returns true as soon as the trace has a span, false if none arrives in time. */
  public synchronized boolean await(String traceId, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (trace(traceId).isEmpty()) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void receive(HttpExchange exchange) throws IOException {
    answer(
        exchange,
        body -> {
          ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(body);
          keep(request);
          next.accept(request);
        });
  }

  private void receiveMetrics(HttpExchange exchange) throws IOException {
    answer(exchange, body -> nextOfMetrics.accept(ExportMetricsServiceRequest.parseFrom(body)));
  }

  private interface Reader {
    void read(InputStream body) throws IOException;
  }

  private void answer(HttpExchange exchange, Reader reader) throws IOException {
    if (!reads) {
      long _ = exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
      return;
    }
    int status = 200;
    try (InputStream body = body(exchange)) {
      reader.read(body);
    } catch (IOException e) {
      status = 400;
    } catch (UncheckedIOException e) {
      status = 503;
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  /** Serves the check of the kept traces, for the gate and for manual inspection. */
  private void report(HttpExchange exchange) throws IOException {
    byte[] text = FilterTraceReport.judge(kept()).text().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(200, text.length);
    exchange.getResponseBody().write(text);
    exchange.close();
  }

  private static InputStream body(HttpExchange exchange) throws IOException {
    boolean gzipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    return gzipped ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody();
  }

  private synchronized void keep(ExportTraceServiceRequest request) {
    request.getResourceSpansList().stream()
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .forEach(this::keep);
    while (count > KEPT) {
      Map.Entry<ByteString, SequencedMap<ByteString, Span>> oldest = traces.pollFirstEntry();
      count -= oldest.getValue().size();
      oldest
          .getValue()
          .values()
          .forEach(span -> callers(span).forEach(caller -> unlink(caller, oldest.getKey())));
    }
    notifyAll();
  }

  /** An export that was not confirmed comes again. */
  private void keep(Span span) {
    ByteString id = span.getTraceId();
    Span known =
        traces.computeIfAbsent(id, _ -> new LinkedHashMap<>()).putIfAbsent(span.getSpanId(), span);
    if (known == null) {
      count++;
      callers(span)
          .forEach(caller -> linked.computeIfAbsent(caller, _ -> new LinkedHashSet<>()).add(id));
    }
  }

  /** Other spans, such as those of mails, link to what caused them. */
  private static Stream<ByteString> callers(Span span) {
    return span.getKind() == Span.SpanKind.SPAN_KIND_SERVER
        ? span.getLinksList().stream().map(Span.Link::getTraceId)
        : Stream.empty();
  }

  private void unlink(ByteString caller, ByteString id) {
    linked.computeIfPresent(
        caller,
        (_, ids) -> {
          ids.remove(id);
          return ids.isEmpty() ? null : ids;
        });
  }
}
