package dev.warmgate.filter;

import dev.warmgate.telemetry.Timeline;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request as it really ran; holds nothing that the client sent but the method.
 *
 * @param id counts the requests since the start of the process
 * @param traceId if a tracer is behind the API
 * @param handler the method that answered; empty if none was reached
 * @param lane {@code null} if it was refused before the lane was chosen
 * @param totalMicros from the first filter to the answer being handed to Jetty
 * @param filters in the order they ran
 * @param waits what it waited for, in the order it did
 */
public record ObservedRequest(
    long id,
    @Nullable String traceId,
    long startedAtMillis,
    String method,
    String route,
    String handler,
    int status,
    @Nullable Lane lane,
    long totalMicros,
    List<FilterTrail.Entry> filters,
    List<Timeline.Segment> waits) {

  /** What the time went to, the endpoint itself first, if it was reached. */
  public List<Timeline.Segment> segments() {
    if (handler.isEmpty()) {
      return waits;
    }
    FilterTrail.Entry last = filters.getLast();
    long begun = last.offsetMicros() + last.micros();
    return Stream.concat(
            Stream.of(
                new Timeline.Segment(Timeline.Kind.RESOURCE, handler, begun, totalMicros - begun)),
            waits.stream())
        .toList();
  }

  /**
   * Whether the filters ran in the one order there is: all of them, or up to the one that ended the
   * request; before a 404, only those that come before matching.
   */
  boolean ranInOrder() {
    for (int i = 0; i < filters.size(); i++) {
      FilterTrail.Entry filter = filters.get(i);
      boolean inPlace =
          i < FilterOrder.IN_ORDER.size()
              && filter.name().equals(FilterOrder.IN_ORDER.get(i))
              && filter.order() == i + 1;
      if (!inPlace || (ended(filter) && i < filters.size() - 1)) {
        return false;
      }
    }
    boolean cutShort = route.equals(Route.UNMATCHED.template()) || lastEndedIt();
    return cutShort || filters.size() == FilterOrder.IN_ORDER.size();
  }

  private boolean lastEndedIt() {
    return Optional.of(filters)
        .filter(all -> !all.isEmpty())
        .map(List::getLast)
        .filter(ObservedRequest::ended)
        .isPresent();
  }

  private static boolean ended(FilterTrail.Entry filter) {
    return filter.outcome() == FilterTrail.Outcome.REJECTED
        || filter.outcome() == FilterTrail.Outcome.FAILED;
  }
}
