package dev.warmgate.loadtest.trace;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    spans.forEach(sent -> all.add(json(sent)));
    return all.toString();
  }

  private record Sent(String service, Span span) {}

  private static ObjectNode json(Sent sent) {
    Span span = sent.span();
    long start = TimeUnit.NANOSECONDS.toMicros(span.getStartTimeUnixNano());
    long end = TimeUnit.NANOSECONDS.toMicros(span.getEndTimeUnixNano());
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    fields.put("traceId", hex(span.getTraceId()));
    fields.put("id", hex(span.getSpanId()));
    if (!span.getParentSpanId().isEmpty()) {
      fields.put("parentId", hex(span.getParentSpanId()));
    }
    fields.put("name", span.getName());
    switch (span.getKind()) {
      case SPAN_KIND_SERVER -> fields.put("kind", "SERVER");
      case SPAN_KIND_CLIENT -> fields.put("kind", "CLIENT");
      default -> {
        // Zipkin has no kind for internal spans.
      }
    }
    fields.put("timestamp", start);
    // Zipkin treats a duration of 0 as a span that has not ended.
    fields.put("duration", Math.max(1, end - start));
    fields.putObject("localEndpoint").put("serviceName", sent.service());
    ObjectNode tags = fields.putObject("tags");
    for (KeyValue attribute : span.getAttributesList()) {
      tags.put(attribute.getKey(), text(attribute.getValue()));
    }
    if (span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR) {
      tags.put("error", span.getStatus().getMessage());
    }
    return fields;
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
}
