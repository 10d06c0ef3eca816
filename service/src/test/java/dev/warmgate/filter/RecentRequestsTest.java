package dev.warmgate.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.telemetry.Latencies;
import dev.warmgate.telemetry.Timeline;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RecentRequestsTest {
  private static final Route PING = new Route("/ping", "PingResource.ping", Latencies.Watched.PING);
  private static final Route LOGIN =
      new Route("/login", "SessionResource.login", Latencies.Watched.LOGIN);

  private final RecentRequests recent = new RecentRequests(Clock.systemUTC());

  @Test
  void keepsTheLatestOfEveryEndpointHoweverBusyTheOthersAre() {
    recent.add(trail(FilterOrder.IN_ORDER), LOGIN, "POST", 200);
    IntStream.range(0, 1000)
        .forEach(i -> recent.add(trail(FilterOrder.IN_ORDER), PING, "GET", 200));

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

  @Test
  void keepsTheSlowestFirst() throws Exception {
    FilterTrail slow = trail(FilterOrder.IN_ORDER);
    Thread.sleep(20);
    recent.add(slow, PING, "GET", 200);
    IntStream.range(0, 50).forEach(i -> recent.add(trail(FilterOrder.IN_ORDER), PING, "GET", 200));

    List<ObservedRequest> slowest = recent.traffic().getFirst().slowest();

    assertThat(slowest.getFirst().totalMicros()).isGreaterThanOrEqualTo(20_000);
    assertThat(slowest)
        .isSortedAccordingTo((a, b) -> Long.compare(b.totalMicros(), a.totalMicros()));
  }

  @Test
  void tellsTheTimeOfTheEndpointItself() {
    recent.add(trail(FilterOrder.IN_ORDER), LOGIN, "POST", 200);

    assertThat(recent.traffic().getFirst().latest().getFirst().segments())
        .extracting(Timeline.Segment::kind, Timeline.Segment::name)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(Timeline.Kind.RESOURCE, "SessionResource.login"));
  }

  @Test
  void judgesTheOrderOfEveryRequest() {
    recent.add(trail(FilterOrder.IN_ORDER), PING, "GET", 200);
    recent.add(trail(List.of("request-id")), Route.UNMATCHED, "GET", 404);
    recent.add(rejected(List.of("request-id", "fast-lane", "rate-limit")), LOGIN, "POST", 429);
    assertThat(recent.verdict()).isEqualTo(new RecentRequests.Verdict(3, 0));

    recent.add(trail(List.of("fast-lane", "request-id")), PING, "GET", 200);
    recent.add(trail(List.of("request-id", "fast-lane")), PING, "GET", 200);
    recent.add(rejected(List.of("request-id", "rate-limit")), PING, "GET", 429);

    assertThat(recent.verdict()).isEqualTo(new RecentRequests.Verdict(6, 3));
    assertThat(recent.offender()).map(ObservedRequest::status).contains(429);
    assertThat(recent.rejected()).isEqualTo(2);
  }

  @Test
  void givesNoPageToMethodsThatClientsInvent() {
    IntStream.range(0, 100)
        .forEach(i -> recent.add(trail(List.of("request-id")), Route.UNMATCHED, "METHOD" + i, 404));

    assertThat(recent.traffic())
        .singleElement()
        .extracting(RecentRequests.Traffic::method)
        .isEqualTo("OTHER");
  }

  @Test
  void costsLittleMemoryPerRequest() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    FilterTrail trail = trail(FilterOrder.IN_ORDER);
    IntStream.range(0, 20_000).forEach(i -> recent.add(trail, Route.UNMATCHED, "GET", 404));

    long before = threads.getCurrentThreadAllocatedBytes();
    IntStream.range(0, 1000).forEach(i -> recent.add(trail, Route.UNMATCHED, "GET", 404));
    long bytes = (threads.getCurrentThreadAllocatedBytes() - before) / 1000;

    assertThat(bytes).isLessThan(400);
  }

  private static FilterTrail trail(List<String> names) {
    FilterTrail trail = FilterTrail.begin();
    trail.enter(Lane.FAST);
    for (String name : names) {
      add(trail, name, FilterTrail.Outcome.PASSED);
    }
    return trail;
  }

  private static FilterTrail rejected(List<String> names) {
    FilterTrail trail = trail(names.subList(0, names.size() - 1));
    add(trail, names.getLast(), FilterTrail.Outcome.REJECTED);
    return trail;
  }

  private static void add(FilterTrail trail, String name, FilterTrail.Outcome outcome) {
    trail.add(new FilterTrail.Entry(new FilterOrder.Slot(name, 100), trail.next(), outcome, 1, 1));
  }
}
