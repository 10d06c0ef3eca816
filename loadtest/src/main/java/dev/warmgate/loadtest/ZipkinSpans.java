package dev.warmgate.loadtest;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;

/**
 * Converts OTLP spans to Zipkin's JSON format (version 2), because its server does not accept OTLP.
 */
final class ZipkinSpans {
  private ZipkinSpans() {}

  static String json(ExportTraceServiceRequest request) {
    List<Sent> spans = new ArrayList<>();
    for (ResourceSpans resource : request.getResourceSpansList()) {
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        scope
            .getSpansList()
            .forEach(span -> spans.add(new Sent(service(resource.getResource()), span)));
      }
    }
    // Zipkin's timestamps have microseconds: this keeps the order of spans that start in the same
    // one.
    spans.sort(Comparator.comparingLong(sent -> sent.span().getStartTimeUnixNano()));
    StringJoiner all = new StringJoiner(",", "[", "]");
    spans.forEach(sent -> all.add(json(sent)));
    return all.toString();
  }

  private record Sent(String service, Span span) {}

  private static String json(Sent sent) {
    Span span = sent.span();
    long start = TimeUnit.NANOSECONDS.toMicros(span.getStartTimeUnixNano());
    long end = TimeUnit.NANOSECONDS.toMicros(span.getEndTimeUnixNano());
    StringJoiner fields = new StringJoiner(",", "{", "}");
    fields.add("\"traceId\":" + quoted(hex(span.getTraceId())));
    fields.add("\"id\":" + quoted(hex(span.getSpanId())));
    if (!span.getParentSpanId().isEmpty()) {
      fields.add("\"parentId\":" + quoted(hex(span.getParentSpanId())));
    }
    fields.add("\"name\":" + quoted(span.getName()));
    switch (span.getKind()) {
      case SPAN_KIND_SERVER -> fields.add("\"kind\":\"SERVER\"");
      case SPAN_KIND_CLIENT -> fields.add("\"kind\":\"CLIENT\"");
      default -> {
        // Zipkin has no kind for internal spans.
      }
    }
    fields.add("\"timestamp\":" + start);
    // Zipkin treats a duration of 0 as a span that has not ended.
    fields.add("\"duration\":" + Math.max(1, end - start));
    fields.add("\"localEndpoint\":{\"serviceName\":" + quoted(sent.service()) + "}");
    fields.add("\"tags\":" + tags(span));
    return fields.toString();
  }

  private static String tags(Span span) {
    StringJoiner tags = new StringJoiner(",", "{", "}");
    for (KeyValue attribute : span.getAttributesList()) {
      tags.add(quoted(attribute.getKey()) + ":" + quoted(text(attribute.getValue())));
    }
    if (span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR) {
      tags.add("\"error\":" + quoted(span.getStatus().getMessage()));
    }
    return tags.toString();
  }

  private static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INT_VALUE -> Long.toString(value.getIntValue());
      case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      case ARRAY_VALUE ->
          String.join(
              ", ", value.getArrayValue().getValuesList().stream().map(ZipkinSpans::text).toList());
      default -> "";
    };
  }

  private static String service(Resource resource) {
    return resource.getAttributesList().stream()
        .filter(attribute -> attribute.getKey().equals("service.name"))
        .map(attribute -> attribute.getValue().getStringValue())
        .findFirst()
        .orElse("unknown");
  }

  private static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character == '"' || character == '\\') {
        json.append('\\').append(character);
      } else if (character < ' ') {
        json.append("\\u%04x".formatted((int) character));
      } else {
        json.append(character);
      }
    }
    return json.append('"').toString();
  }
}
