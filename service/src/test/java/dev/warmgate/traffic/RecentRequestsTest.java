package dev.warmgate.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.filter.FilterOrder;
import dev.warmgate.request.FilterSlot;
import dev.warmgate.request.FilterTrail;
import dev.warmgate.request.Lane;
import dev.warmgate.request.RequestContext;
import dev.warmgate.request.Timeline;
import dev.warmgate.telemetry.Latencies;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RecentRequestsTest {
  private static final Route PING = new Route("/ping", "PingResource.ping", Latencies.Watched.PING);
  private static final Route LOGIN =
      new Route("/login", "SessionResource.login", Latencies.Watched.LOGIN);

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  private final RecentRequests recent = new RecentRequests(Clock.systemUTC());

  @Test
  void keepsTheLatestOfEveryEndpointWhileAnotherIsBusy() {
    recent.add(request(FilterOrder.IN_ORDER), LOGIN, "POST", 200);
    IntStream.range(0, 1000)
        .forEach(i -> recent.add(request(FilterOrder.IN_ORDER), PING, "GET", 200));

    List<RecentRequests.Traffic> traffic = recent.traffic();

    assertThat(traffic)
        .extracting(RecentRequests.Traffic::route)
        .containsExactly("/ping", "/login");
    assertThat(traffic.getFirst().requests()).isEqualTo(1000);
    assertThat(traffic.getFirst().latest())
        .hasSize(RecentRequests.LATEST)
        .extracting(ObservedRequest::id)
        .startsWith(1001L, 1000L, 999L);
    assertThat(traffic.getFirst().slowest()).hasSize(RecentRequests.SLOWEST);
    assertThat(traffic.getLast().latest()).hasSize(1);
  }

  /** The observatory links to it. */
  @Test
  void keepsTheTraceOfARecordedRequestOnly() {
    addWith(TraceFlags.getSampled());
    addWith(TraceFlags.getDefault());

    assertThat(recent.traffic().getFirst().latest())
        .extracting(ObservedRequest::traceId)
        .containsExactly(null, TRACE);
  }

  private void addWith(TraceFlags flags) {
    SpanContext span =
        SpanContext.create(TRACE, "b7ad6b7169203331", flags, TraceState.getDefault());
    try (Scope _ = Span.wrap(span).makeCurrent()) {
      recent.add(request(FilterOrder.IN_ORDER), PING, "GET", 200);
    }
  }

  @Test
  void keepsTheSlowestFirst() throws Exception {
    RequestContext slow = request(FilterOrder.IN_ORDER);
    Thread.sleep(20);
    recent.add(slow, PING, "GET", 200);
    IntStream.range(0, 50)
        .forEach(i -> recent.add(request(FilterOrder.IN_ORDER), PING, "GET", 200));

    List<ObservedRequest> slowest = recent.traffic().getFirst().slowest();

    assertThat(slowest.getFirst().totalMicros()).isGreaterThanOrEqualTo(20_000);
    assertThat(slowest)
        .isSortedAccordingTo((a, b) -> Long.compare(b.totalMicros(), a.totalMicros()));
  }

  @Test
  void recordsTheTimeOfTheEndpoint() {
    recent.add(request(FilterOrder.IN_ORDER), LOGIN, "POST", 200);

    assertThat(recent.traffic().getFirst().latest().getFirst().segments())
        .extracting(Timeline.Segment::kind, Timeline.Segment::name)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(Timeline.Kind.RESOURCE, "SessionResource.login"));
  }

  @Test
  void checksTheFilterOrderOfEveryRequest() {
    recent.add(request(FilterOrder.IN_ORDER), PING, "GET", 200);
    recent.add(request(List.of("request-id")), Route.UNMATCHED, "GET", 404);
    recent.add(rejected(List.of("request-id", "fast-lane", "rate-limit")), LOGIN, "POST", 429);
    assertThat(recent.verdict()).isEqualTo(new RecentRequests.OrderCount(3, 0));

    recent.add(request(List.of("fast-lane", "request-id")), PING, "GET", 200);
    recent.add(request(List.of("request-id", "fast-lane")), PING, "GET", 200);
    recent.add(rejected(List.of("request-id", "rate-limit")), PING, "GET", 429);

    assertThat(recent.verdict()).isEqualTo(new RecentRequests.OrderCount(6, 3));
    assertThat(recent.offender()).map(ObservedRequest::status).contains(429);
    assertThat(recent.rejected()).isEqualTo(2);
  }

  @Test
  void groupsUnknownMethods() {
    IntStream.range(0, 100)
        .forEach(
            i -> recent.add(request(List.of("request-id")), Route.UNMATCHED, "METHOD" + i, 404));

    assertThat(recent.traffic())
        .singleElement()
        .extracting(RecentRequests.Traffic::method)
        .isEqualTo("OTHER");
  }

  @Test
  void allocatesLittleMemoryPerRequest() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    RequestContext request = request(FilterOrder.IN_ORDER);
    IntStream.range(0, 20_000).forEach(i -> recent.add(request, Route.UNMATCHED, "GET", 404));

    long before = threads.getCurrentThreadAllocatedBytes();
    IntStream.range(0, 1000).forEach(i -> recent.add(request, Route.UNMATCHED, "GET", 404));
    long bytes = (threads.getCurrentThreadAllocatedBytes() - before) / 1000;

    assertThat(bytes).isLessThan(400);
  }

  private static RequestContext request(List<String> names) {
    RequestContext request = RequestContext.begin();
    request.enter(Lane.FAST);
    for (String name : names) {
      add(request, name, FilterTrail.Outcome.PASSED);
    }
    request.end();
    return request;
  }

  private static RequestContext rejected(List<String> names) {
    RequestContext request = request(names.subList(0, names.size() - 1));
    add(request, names.getLast(), FilterTrail.Outcome.REJECTED);
    return request;
  }

  private static void add(RequestContext request, String name, FilterTrail.Outcome outcome) {
    FilterTrail trail = request.trail();
    trail.add(new FilterTrail.Entry(new FilterSlot(name, 100), trail.next(), outcome, 1, 1));
  }
}
