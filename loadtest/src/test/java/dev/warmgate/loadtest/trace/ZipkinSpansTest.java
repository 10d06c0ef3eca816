package dev.warmgate.loadtest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class ZipkinSpansTest {
  private static final Span SERVER =
      Span.newBuilder()
          .setTraceId(hex("0af7651916cd43dd8448eb211c80319c"))
          .setSpanId(hex("b7ad6b7169203331"))
          .setName("POST /api/v1/auth/login")
          .setKind(Span.SpanKind.SPAN_KIND_SERVER)
          .setStartTimeUnixNano(1_000_000_500)
          .setEndTimeUnixNano(1_000_900_500)
          .addAttributes(
              attribute("http.response.status_code", AnyValue.newBuilder().setIntValue(503)))
          .addAttributes(attribute("quoted", AnyValue.newBuilder().setStringValue("\"no\"\n\\ ✓")))
          .setStatus(
              Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR).setMessage("failed"))
          .build();

  private static final Span FILTER =
      Span.newBuilder()
          .setTraceId(SERVER.getTraceId())
          .setSpanId(hex("00f067aa0ba902b7"))
          .setParentSpanId(SERVER.getSpanId())
          .setName("filter request-id")
          .setKind(Span.SpanKind.SPAN_KIND_INTERNAL)
          .setStartTimeUnixNano(1_000_000_900)
          .setEndTimeUnixNano(1_000_000_950)
          .build();

  @Test
  void carryAllFields() throws Exception {
    JsonNode span = json(SERVER).get(0);

    assertThat(span.path("traceId").asText()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(span.path("id").asText()).isEqualTo("b7ad6b7169203331");
    assertThat(span.has("parentId")).isFalse();
    assertThat(span.path("kind").asText()).isEqualTo("SERVER");
    assertThat(span.path("timestamp").asLong()).isEqualTo(1_000_000);
    assertThat(span.path("duration").asLong()).isEqualTo(900);
    assertThat(span.at("/localEndpoint/serviceName").asText()).isEqualTo("warmgate");
    assertThat(span.at("/tags/http.response.status_code").asText()).isEqualTo("503");
    assertThat(span.at("/tags/quoted").asText()).isEqualTo("\"no\"\n\\ ✓");
    assertThat(span.at("/tags/error").asText()).isEqualTo("failed");
  }

  @Test
  void areInStartOrderAndNeverHaveDurationZero() throws Exception {
    JsonNode spans = json(FILTER, SERVER);

    assertThat(spans)
        .extracting(span -> span.path("name").asText())
        .containsExactly("POST /api/v1/auth/login", "filter request-id");
    assertThat(spans.get(1).path("parentId").asText()).isEqualTo("b7ad6b7169203331");
    assertThat(spans.get(1).has("kind")).isFalse();
    assertThat(spans.get(1).path("duration").asLong()).isEqualTo(1);
  }

  private static JsonNode json(Span... spans) throws Exception {
    ScopeSpans.Builder scope = ScopeSpans.newBuilder();
    for (Span span : spans) {
      scope.addSpans(span);
    }
    Resource resource =
        Resource.newBuilder()
            .addAttributes(
                attribute("service.name", AnyValue.newBuilder().setStringValue("warmgate")))
            .build();
    ExportTraceServiceRequest request =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(ResourceSpans.newBuilder().setResource(resource).addScopeSpans(scope))
            .build();
    return new ObjectMapper().readTree(ZipkinSpans.json(request));
  }

  private static KeyValue attribute(String key, AnyValue.Builder value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  private static ByteString hex(String id) {
    return ByteString.copyFrom(HexFormat.of().parseHex(id));
  }
}
