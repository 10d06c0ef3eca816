package dev.warmgate.filter;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.warmgate.telemetry.Timeline;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What happened to one request: the filters that met it, in the order they really did. Written by
 * the request's own thread.
 */
public final class FilterTrail {
  private static final String PROPERTY = FilterTrail.class.getName();

  /** What a filter did with the request. */
  public enum Outcome {
    PASSED,
    BYPASSED,
    REJECTED,
    FAILED;

    private final String text = name().toLowerCase(Locale.ROOT);

    @JsonValue
    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * One filter's entry.
   *
   * @param order counted per request, from 1
   * @param offsetMicros when it began, since the request did; told by the observatory only
   */
  public record Entry(
      String name,
      int priority,
      int order,
      Outcome outcome,
      @JsonIgnore long offsetMicros,
      long micros) {}

  private final Timeline timeline = Timeline.begin();
  private final List<Entry> entries = new ArrayList<>(FilterOrder.IN_ORDER.size());
  private @Nullable Lane lane;
  private @Nullable String requestId;
  private int started;

  private FilterTrail() {}

  /** The trail of the request, begun at the first call. */
  public static FilterTrail of(ContainerRequestContext request) {
    if (request.getProperty(PROPERTY) instanceof FilterTrail trail) {
      return trail;
    }
    FilterTrail begun = begin();
    request.setProperty(PROPERTY, begun);
    return begun;
  }

  static FilterTrail begin() {
    return new FilterTrail();
  }

  int next() {
    return ++started;
  }

  void add(Entry entry) {
    entries.add(entry);
  }

  void name(String id) {
    requestId = id;
  }

  @Nullable String requestId() {
    return requestId;
  }

  void enter(Lane entered) {
    lane = entered;
  }

  @Nullable Lane laneOrNull() {
    return lane;
  }

  /** The lane, once the fast-lane filter has chosen it. */
  public Optional<Lane> lane() {
    return Optional.ofNullable(lane);
  }

  /** What was entered so far; not a copy, since no filter comes after whoever asks. */
  public List<Entry> entries() {
    return Collections.unmodifiableList(entries);
  }

  Timeline timeline() {
    return timeline;
  }

  /** Milliseconds since the first filter began, to the microsecond. */
  public double elapsedMillis() {
    return timeline.micros(System.nanoTime()) / 1e3;
  }
}
