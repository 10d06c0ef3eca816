package dev.warmgate.dashboards;

import com.google.protobuf.ByteString;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A thousand traces in the form of the service's, of which it is known what must become of them.
 */
final class ThousandTraces {
  private static final Duration QUICK = Duration.ofMillis(60);
  private static final Duration SLOW = Duration.ofMillis(1600);

  private final long end = System.currentTimeMillis() * 1_000_000;
  private final ScopeSpans.Builder spans = ScopeSpans.newBuilder();
  private final Map<String, TraceKind> kinds = new LinkedHashMap<>();

  ThousandTraces() {
    add(20, SLOW, server(""));
    add(20, QUICK, failed(server("")));
    add(10, QUICK, server(""), failed(child(Span.SpanKind.SPAN_KIND_CLIENT)));
    add(10, QUICK, server("").addAttributes(exemplar()));
    add(300, QUICK, failed(server("login_capacity_exceeded")), filter(), filter(), filter());
    add(140, QUICK, server("rate_limited"), filter(), filter(), filter());
    // A wrong password: the endpoint's span has failed, the request has not.
    add(100, QUICK, server(""), failed(filter()));
    add(400, QUICK, server(""), filter(), child(Span.SpanKind.SPAN_KIND_CLIENT));
  }

  /** Returns what each trace is, by its id in hex. */
  Map<String, TraceKind> kinds() {
    return kinds;
  }

  ExportTraceServiceRequest export() {
    KeyValue service = text("service.name", "warmgate");
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(Resource.newBuilder().addAttributes(service))
                .addScopeSpans(spans))
        .build();
  }

  private void add(int count, Duration duration, Span.Builder... trace) {
    for (int i = 0; i < count; i++) {
      ByteString id = random(16);
      ByteString root = random(8);
      List<Span> made = new ArrayList<>();
      for (Span.Builder span : trace) {
        span.setTraceId(id)
            .setSpanId(made.isEmpty() ? root : random(8))
            .setParentSpanId(made.isEmpty() ? ByteString.EMPTY : root)
            .setStartTimeUnixNano(end - duration.toNanos())
            .setEndTimeUnixNano(end);
        made.add(span.build());
      }
      spans.addAllSpans(made);
      kinds.put(HexFormat.of().formatHex(id.toByteArray()), TraceKind.of(made));
    }
  }

  private static ByteString random(int bytes) {
    ByteBuffer id = ByteBuffer.allocate(bytes);
    while (id.hasRemaining()) {
      id.putLong(ThreadLocalRandom.current().nextLong() | 1);
    }
    return ByteString.copyFrom(id.array());
  }

  private static Span.Builder server(String refusal) {
    Span.Builder server =
        Span.newBuilder()
            .setName("POST /api/v1/auth/login")
            .setKind(Span.SpanKind.SPAN_KIND_SERVER);
    return refusal.isEmpty()
        ? server
        : server.addAttributes(text(Telemetry.REFUSAL.getKey(), refusal));
  }

  private static Span.Builder filter() {
    return child(Span.SpanKind.SPAN_KIND_INTERNAL);
  }

  private static Span.Builder child(Span.SpanKind kind) {
    return Span.newBuilder().setName("child").setKind(kind);
  }

  private static Span.Builder failed(Span.Builder span) {
    return span.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
  }

  private static KeyValue exemplar() {
    return KeyValue.newBuilder()
        .setKey(Telemetry.EXEMPLAR.getKey())
        .setValue(AnyValue.newBuilder().setBoolValue(true))
        .build();
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }
}
