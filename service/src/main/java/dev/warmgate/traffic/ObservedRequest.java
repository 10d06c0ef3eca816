package dev.warmgate.traffic;

import dev.warmgate.filter.FilterOrder;
import dev.warmgate.request.FilterTrail;
import dev.warmgate.request.Lane;
import dev.warmgate.request.Timeline;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request as it really ran; holds nothing that the client sent but the method.
 *
 * @param id counts the requests since the start of the process
 * @param traceId if a tracer is behind the API
 * @param totalMicros from its beginning to the answer being handed to Jetty
 * @param lane {@code null} if it was refused before one was chosen
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

  /** In the order they ran. */
  public List<FilterTrail.Entry> filters() {
    return trail.entries();
  }

  /** The method that answered; empty if none was reached. */
  public String handler() {
    FilterTrail.Entry last = trail.last();
    return last == null || ended(last) ? "" : route.handler();
  }

  /**
   * What the time went to: the endpoint itself first, if it was reached, then what it waited for.
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
   * Whether the filters ran in the one order there is: all of them, or up to the one that ended the
   * request; before a 404, only those that come before matching.
   */
  boolean ranInOrder() {
    List<FilterTrail.Entry> filters = trail.entries();
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
    FilterTrail.Entry last = trail.last();
    boolean cutShort = route.equals(Route.UNMATCHED) || (last != null && ended(last));
    return cutShort || filters.size() == FilterOrder.IN_ORDER.size();
  }

  private static boolean ended(FilterTrail.Entry filter) {
    return filter.outcome() == FilterTrail.Outcome.REJECTED
        || filter.outcome() == FilterTrail.Outcome.FAILED;
  }
}
