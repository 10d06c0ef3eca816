package dev.warmgate.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ErrorForms;
import dev.warmgate.problem.ProblemMapper;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.FastLane;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import jakarta.annotation.Priority;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.glassfish.jersey.internal.MapPropertiesDelegate;
import org.glassfish.jersey.server.ApplicationHandler;
import org.glassfish.jersey.server.ContainerRequest;
import org.glassfish.jersey.server.ContainerResponse;
import org.glassfish.jersey.server.ResourceConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class TracedRequestFilterTest {
  @RegisterExtension static final OpenTelemetryExtension SPANS = OpenTelemetryExtension.create();

  private final Heavy heavyFilter = new Heavy(SPANS.getOpenTelemetry());
  private final ApplicationHandler jersey =
      new ApplicationHandler(
          new ResourceConfig()
              .register(heavyFilter)
              .register(new Light(SPANS.getOpenTelemetry()))
              .register(new FastLaneFilter(true, SPANS.getOpenTelemetry()))
              .register(new ProblemMapper(thrown -> Optional.empty(), ErrorForms.of(List.of())))
              .register(new Endpoints()));

  @Test
  void recordsASpanPerFilterInOrderOfPriority() throws Exception {
    get("full", "");

    assertThat(names()).containsExactly("filter fast-lane", "filter light", "filter heavy");
    assertThat(SPANS.getSpans())
        .extracting(span -> span.getAttributes().get(Telemetry.FILTER_ORDER))
        .containsExactly(1L, 2L, 3L);
    assertThat(SPANS.getSpans())
        .extracting(span -> span.getAttributes().get(Telemetry.FILTER_PRIORITY))
        .containsExactly(200L, 250L, 260L);
    assertThat(outcomes()).containsExactly("passed", "passed", "passed");
    assertThat(heavyFilter.executions).isEqualTo(1);
    assertThat(SPANS.getSpans())
        .extracting(span -> span.getAttributes().get(Telemetry.FILTER_LANE))
        .containsOnly("full");
  }

  @Test
  void recordsABypassAsADecisionWithAReason() throws Exception {
    get("fast", "");

    SpanData heavy = SPANS.getSpans().getLast();
    assertThat(outcomes()).containsExactly("passed", "passed", "bypassed");
    assertThat(heavy.getAttributes().get(Telemetry.FILTER_LANE)).isEqualTo("fast");
    assertThat(heavy.getAttributes().get(Telemetry.FILTER_REASON)).contains("fast lane");
    assertThat(heavyFilter.executions).isZero();
  }

  @Test
  void endsTheChainAtARejectionWithoutASpanError() throws Exception {
    ContainerResponse response = get("full", "reject");

    SpanData light = SPANS.getSpans().getLast();
    assertThat(response.getStatus()).isEqualTo(403);
    assertThat(names()).containsExactly("filter fast-lane", "filter light");
    assertThat(outcomes()).containsExactly("passed", "rejected");
    assertThat(light.getAttributes().get(Telemetry.FILTER_REASON)).isEqualTo("forbidden");
    assertThat(light.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(light.getEvents()).isEmpty();
  }

  @Test
  void marksTheSpanOfAFailureAsAnError() throws Exception {
    ContainerResponse response = get("full", "fail");

    SpanData light = SPANS.getSpans().getLast();
    assertThat(response.getStatus()).isEqualTo(500);
    assertThat(outcomes()).containsExactly("passed", "failed");
    assertThat(light.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(light.getEvents()).hasSize(1);
  }

  @Test
  void runsWithoutSpansInARequestThatIsNotRecorded() throws Exception {
    SpanContext request =
        SpanContext.create(
            "0af7651916cd43dd8448eb211c80319c",
            "b7ad6b7169203331",
            TraceFlags.getDefault(),
            TraceState.getDefault());
    try (Scope _ = Span.wrap(request).makeCurrent()) {
      get("full", "");
    }
    assertThat(SPANS.getSpans()).isEmpty();
    assertThat(heavyFilter.executions).isEqualTo(1);
  }

  private ContainerResponse get(String path, String order)
      throws ExecutionException, InterruptedException {
    ContainerRequest request =
        new ContainerRequest(
            URI.create("/"),
            URI.create("/" + path),
            "GET",
            null,
            new MapPropertiesDelegate(),
            null);
    request.header("X-Order", order);
    return jersey.apply(request).get();
  }

  private static List<String> names() {
    return SPANS.getSpans().stream().map(SpanData::getName).toList();
  }

  private static List<String> outcomes() {
    return SPANS.getSpans().stream()
        .map(span -> span.getAttributes().get(Telemetry.FILTER_OUTCOME))
        .toList();
  }

  /** One endpoint on each lane. */
  @Path("/")
  public static final class Endpoints {
    @GET
    @Path("fast")
    @FastLane
    public String fast() {
      return "fast";
    }

    @GET
    @Path("full")
    public String full() {
      return "full";
    }
  }

  @Priority(250)
  private static final class Light extends TracedRequestFilter {
    Light(OpenTelemetry telemetry) {
      super("light", false, telemetry);
    }

    @Override
    protected void apply(ContainerRequestContext request) {
      switch (String.valueOf(request.getHeaderString("X-Order"))) {
        case "reject" -> throw new ApiException(ProblemType.FORBIDDEN);
        case "fail" -> throw new IllegalStateException("as ordered");
        default -> {}
      }
    }
  }

  @Priority(260)
  private static final class Heavy extends TracedRequestFilter {
    private int executions;

    Heavy(OpenTelemetry telemetry) {
      super("heavy", true, telemetry);
    }

    @Override
    protected void apply(ContainerRequestContext request) {
      executions++;
    }
  }
}
