package dev.warmgate.filter;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.warmgate.ratelimit.Limit;
import dev.warmgate.ratelimit.Quota;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.telemetry.Timeline;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What happened to one request: the filters that met it, in the order they really did. Written by
 * the request's own thread, and bound to it: that is cheaper than a property of the request.
 */
public final class FilterTrail {
  private static final ThreadLocal<@Nullable FilterTrail> CURRENT = new ThreadLocal<>();

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
      @JsonUnwrapped FilterOrder.Slot slot,
      int order,
      Outcome outcome,
      @JsonIgnore int offsetMicros,
      int micros) {
    public String name() {
      return slot.name();
    }
  }

  private final Timeline timeline = Timeline.begin();

  /** Read as it is by what runs for every request; a view for each would be garbage. */
  final List<Entry> entries = new ArrayList<>(FilterOrder.IN_ORDER.size());

  private @Nullable ContainerRequestContext request;
  private @Nullable Lane lane;
  private @Nullable String requestId;
  private boolean exempt;
  private @Nullable Quota quota;
  private @Nullable String clientAddress;
  private @Nullable Principal caller;
  private int started;

  private FilterTrail() {}

  /** The trail of the request, begun at the first call, in place of any that was left open. */
  static FilterTrail of(ContainerRequestContext request) {
    FilterTrail current = CURRENT.get();
    if (current != null && request.equals(current.request)) {
      return current;
    }
    FilterTrail begun = begin();
    begun.request = request;
    CURRENT.set(begun);
    return begun;
  }

  /** The trail of the request that this thread answers; for endpoints. */
  public static FilterTrail current() {
    return Objects.requireNonNull(CURRENT.get(), "no request on this thread");
  }

  /** The same, where there may be no request: in commands, and in the background. */
  public static Optional<FilterTrail> ofThread() {
    return Optional.ofNullable(CURRENT.get());
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

  /** {@code null} until the first filter has named the request. */
  public @Nullable String requestId() {
    return requestId;
  }

  /** Counts the request against no limit per client address: it belongs to a load test. */
  void exempt() {
    exempt = true;
  }

  /**
   * Counts the request against its client address; once more, if it turns out to cost more than its
   * endpoint says.
   *
   * @throws dev.warmgate.problem.ApiException 429 if there were too many
   */
  public void count(RateLimits limits, Limit limit) {
    if (!exempt) {
      quota =
          limits.take(limit, Objects.requireNonNull(clientAddress, "no filter has asked for it"));
    }
  }

  /** What the client is told of its limit; {@code null} if nothing. */
  @Nullable Quota quota() {
    return quota;
  }

  void comesFrom(String address) {
    clientAddress = address;
  }

  /** {@code null} if no filter came to ask for it. */
  public @Nullable String clientAddress() {
    return clientAddress;
  }

  void speaksFor(Principal authenticated) {
    caller = authenticated;
  }

  /** {@code null} at a public endpoint, and until a credential was found good. */
  public @Nullable Principal caller() {
    return caller;
  }

  void enter(Lane entered) {
    lane = entered;
  }

  /** The lane; {@code null} until the fast-lane filter has chosen it. */
  public @Nullable Lane lane() {
    return lane;
  }

  /** What was entered so far; not a copy, since no filter comes after whoever asks. */
  public List<Entry> entries() {
    return Collections.unmodifiableList(entries);
  }

  /** What was entered last; {@code null} if no filter was met. */
  @Nullable Entry last() {
    return entries.isEmpty() ? null : entries.getLast();
  }

  Timeline timeline() {
    return timeline;
  }

  /** Frees the thread for its next request; what was entered can still be read. */
  void close() {
    timeline.end();
    request = null;
    // Not remove(): the next request of this thread needs the place again.
    CURRENT.set(null);
  }

  /** Milliseconds since the first filter began, to the microsecond. */
  public double elapsedMillis() {
    return timeline.micros(System.nanoTime()) / 1e3;
  }
}
