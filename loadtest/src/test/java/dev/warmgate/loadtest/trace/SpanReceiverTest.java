package dev.warmgate.loadtest.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class SpanReceiverTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String CALLERS = "4bf92f3577b34da6a3ce929d0e0e4736";

  private final Span request =
      Span.newBuilder()
          .setTraceId(id(TRACE))
          .setSpanId(id("b7ad6b7169203331"))
          .setKind(Span.SpanKind.SPAN_KIND_SERVER)
          .addLinks(Span.Link.newBuilder().setTraceId(id(CALLERS)))
          .build();

  /** As the agent does it while the collector is away. */
  @Test
  void keepsASpanOnceHoweverOftenItIsSent() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    try (SpanReceiver receiver = SpanReceiver.start();
        OtlpForwarder service = new OtlpForwarder(receiver.endpoint())) {
      receiver.handTo(_ -> {
        if (attempts.incrementAndGet() < 3) {
          throw new UncheckedIOException(new IOException("the collector is away"));
        }
      });
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> service.send("/v1/traces", export(request)))
            .hasMessageContaining("503");
      }
      assertThatCode(() -> service.send("/v1/traces", export(request))).doesNotThrowAnyException();

      assertThat(receiver.kept()).containsExactly(List.of(request));
    }
  }

  @Test
  void findsTheTraceOfARequestByItsCallers() throws Exception {
    Span mail =
        Span.newBuilder()
            .setTraceId(id("00000000000000000000000000000001"))
            .setSpanId(id("0000000000000001"))
            .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
            .addLinks(Span.Link.newBuilder().setTraceId(id(TRACE)))
            .build();
    try (SpanReceiver receiver = SpanReceiver.start();
        OtlpForwarder service = new OtlpForwarder(receiver.endpoint())) {
      service.send("/v1/traces", export(request, mail));

      assertThat(receiver.trace(CALLERS)).containsExactly(request);
      assertThat(receiver.trace(TRACE)).containsExactly(request);
    }
  }

  private static ExportTraceServiceRequest export(Span... spans) {
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .addScopeSpans(ScopeSpans.newBuilder().addAllSpans(List.of(spans))))
        .build();
  }

  private static ByteString id(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
