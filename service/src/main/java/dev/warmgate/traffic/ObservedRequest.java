package dev.warmgate.traffic;

import dev.warmgate.filter.FilterOrder;
import dev.warmgate.request.FilterTrail;
import dev.warmgate.request.Lane;
import dev.warmgate.request.Timeline;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A request as it ran. Of what the client sent, it contains only the method.
 *
 * @param id sequence number since the start of the process
 * @param traceId {@code null} without a tracer
 * @param totalMicros from the start of the request until Jetty gets the response
 * @param lane {@code null} if it was refused before a lane was chosen
 */
public record ObservedRequest(
    long id,
    @Nullable String traceId,
    long startedAtMillis,
    String method,
    Route route,
    int status,
    long totalMicros,
    @Nullable Lane lane,
    FilterTrail trail,
    Timeline timeline) {

  /** Returns the filters in the order in which they ran. */
  public List<FilterTrail.Entry> filters() {
    return trail.entries();
  }

  /** Returns the endpoint's method, or an empty text if the request did not reach it. */
  public String handler() {
    FilterTrail.Entry last = trail.last();
    return last == null || last.hasEnded() ? "" : route.handler();
  }

  /**
   * Returns how the time was spent: the endpoint itself first, if reached, then what it waited for.
   */
  public List<Timeline.Segment> segments() {
    List<Timeline.Segment> waits = timeline.segments();
    String handler = handler();
    if (handler.isEmpty()) {
      return waits;
    }
    FilterTrail.Entry last = filters().getLast();
    long begun = (long) last.offsetMicros() + last.micros();
    return Stream.concat(
            Stream.of(
                new Timeline.Segment(Timeline.Kind.RESOURCE, handler, begun, totalMicros - begun)),
            waits.stream())
        .toList();
  }

  boolean wasRejected() {
    FilterTrail.Entry last = trail.last();
    return last != null && last.outcome() == FilterTrail.Outcome.REJECTED;
  }

  /**
   * Returns whether the filters ran in the declared order: all of them, or up to the one that ended
   * the request. A 404 has only those before matching.
   */
  boolean ranInOrder() {
    List<FilterTrail.Entry> filters = trail.entries();
    for (int i = 0; i < filters.size(); i++) {
      FilterTrail.Entry filter = filters.get(i);
      boolean inPlace =
          i < FilterOrder.IN_ORDER.size()
              && filter.name().equals(FilterOrder.IN_ORDER.get(i))
              && filter.order() == i + 1;
      if (!inPlace || (filter.hasEnded() && i < filters.size() - 1)) {
        return false;
      }
    }
    FilterTrail.Entry last = trail.last();
    boolean cutShort = route.equals(Route.UNMATCHED) || (last != null && last.hasEnded());
    return cutShort || filters.size() == FilterOrder.IN_ORDER.size();
  }
}
