package dev.warmgate.dashboards;

import com.google.protobuf.ByteString;
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
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Traces in the form of the service's, of which it is known what must become of them. The names of
 * the marks are literal copies, so that a change of the service's alone is noticed.
 */
final class KnownTraces {
  static final Duration QUICK = Duration.ofMillis(60);
  private static final Duration LATE = Duration.ofMillis(1600);

  private final long end = System.currentTimeMillis() * 1_000_000;
  private final ScopeSpans.Builder spans = ScopeSpans.newBuilder();
  private final Map<String, TraceKind> kinds = new LinkedHashMap<>();

  /** Returns a thousand of all kinds. */
  static KnownTraces thousand() {
    KnownTraces all = new KnownTraces();
    all.add(TraceKind.SLOW, 20, LATE, slow());
    all.add(TraceKind.FAILED, 20, QUICK, failed());
    all.add(TraceKind.FAILED, 10, QUICK, server(), text(child(), "warmgate.failure", "redis"));
    all.add(TraceKind.EXEMPLAR, 10, QUICK, exemplar());
    all.add(TraceKind.REFUSED, 300, QUICK, error(refused("login_capacity_exceeded")), child());
    all.add(TraceKind.REFUSED, 140, LATE, refused("rate_limited"), error(client()));
    // An unknown method, a wrong password, an address that is taken, and a body that comes late.
    all.add(TraceKind.PROVOKED, 50, QUICK, error(server()));
    all.add(TraceKind.PROVOKED, 50, QUICK, server(), error(child()));
    all.add(TraceKind.PROVOKED, 50, QUICK, server(), error(client()));
    all.add(TraceKind.PROVOKED, 50, LATE, server(), child());
    all.add(TraceKind.ORDINARY, 300, QUICK, server(), child(), client());
    return all;
  }

  /** Returns so many traces of one kind, each of these spans, the first of which is the root. */
  static KnownTraces of(TraceKind kind, int count, Span.Builder... trace) {
    KnownTraces all = new KnownTraces();
    all.add(kind, count, QUICK, trace);
    return all;
  }

  /** Returns what each trace is, by its id in hex. */
  Map<String, TraceKind> kinds() {
    return kinds;
  }

  ExportTraceServiceRequest export() {
    KeyValue service =
        KeyValue.newBuilder()
            .setKey("service.name")
            .setValue(AnyValue.newBuilder().setStringValue("warmgate"))
            .build();
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(Resource.newBuilder().addAttributes(service))
                .addScopeSpans(spans))
        .build();
  }

  /** Adds a trace with a given id, or a part of one. */
  void add(TraceKind kind, ByteString id, Duration duration, Span.Builder... trace) {
    kinds.put(HexFormat.of().formatHex(id.toByteArray()), kind);
    ByteString root = random(8);
    for (int i = 0; i < trace.length; i++) {
      spans.addSpans(
          trace[i]
              .setTraceId(id)
              .setSpanId(i == 0 ? root : random(8))
              .setParentSpanId(i == 0 ? ByteString.EMPTY : root)
              .setStartTimeUnixNano(end - duration.toNanos())
              .setEndTimeUnixNano(end));
    }
  }

  /** Adds a child whose root comes later. */
  void addOrphan(TraceKind kind, ByteString id) {
    kinds.put(HexFormat.of().formatHex(id.toByteArray()), kind);
    spans.addSpans(child().setTraceId(id).setSpanId(random(8)).setParentSpanId(random(8)));
  }

  private void add(TraceKind kind, int count, Duration duration, Span.Builder... trace) {
    for (int i = 0; i < count; i++) {
      add(kind, random(16), duration, trace);
    }
  }

  static ByteString random(int bytes) {
    ByteBuffer id = ByteBuffer.allocate(bytes);
    while (id.hasRemaining()) {
      id.putLong(ThreadLocalRandom.current().nextLong() | 1);
    }
    return ByteString.copyFrom(id.array());
  }

  static Span.Builder server() {
    return Span.newBuilder()
        .setName("POST /api/v1/auth/login")
        .setKind(Span.SpanKind.SPAN_KIND_SERVER);
  }

  static Span.Builder failed() {
    return text(error(server()), "warmgate.failure", "internal_error");
  }

  static Span.Builder slow() {
    return mark(server(), "warmgate.slow");
  }

  static Span.Builder exemplar() {
    return mark(server(), "warmgate.exemplar");
  }

  static Span.Builder refused(String code) {
    return text(server(), "warmgate.refusal", code);
  }

  static Span.Builder child() {
    return Span.newBuilder().setName("filter").setKind(Span.SpanKind.SPAN_KIND_INTERNAL);
  }

  private static Span.Builder client() {
    return Span.newBuilder().setName("INSERT").setKind(Span.SpanKind.SPAN_KIND_CLIENT);
  }

  private static Span.Builder error(Span.Builder span) {
    return span.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
  }

  private static Span.Builder mark(Span.Builder span, String key) {
    return attribute(span, key, AnyValue.newBuilder().setBoolValue(true));
  }

  private static Span.Builder text(Span.Builder span, String key, String value) {
    return attribute(span, key, AnyValue.newBuilder().setStringValue(value));
  }

  private static Span.Builder attribute(Span.Builder span, String key, AnyValue.Builder value) {
    return span.addAttributes(KeyValue.newBuilder().setKey(key).setValue(value));
  }
}
