package dev.warmgate.traffic;

import dev.warmgate.request.FilterTrail;
import dev.warmgate.request.Lane;
import dev.warmgate.request.RequestContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts what the filters did with the last requests of each lane. The full lane serves as a
 * control: if a heavy filter did not run there either, a bypass on the fast lane would prove
 * nothing.
 */
public final class FilterLedger {
  private static final int WINDOW = 1000;

  private final Map<Lane, Page> pages = new EnumMap<>(Lane.class);

  public FilterLedger() {
    for (Lane lane : Lane.values()) {
      pages.put(lane, new Page());
    }
  }

  /** A summary of both lanes. */
  public record Summary(LaneSummary fast, LaneSummary full) {}

  /**
   * A summary of one lane.
   *
   * @param requests since the start of the process
   * @param filters for the last 1,000 requests, by filter: how often it passed, bypassed, rejected
   *     or failed
   */
  public record LaneSummary(long requests, Map<String, Map<String, Integer>> filters) {}

  void add(RequestContext request) {
    Lane lane = request.lane();
    if (lane != null) {
      pages.get(lane).add(request.trail());
    }
  }

  public Summary summary() {
    return new Summary(pages.get(Lane.FAST).summary(), pages.get(Lane.FULL).summary());
  }

  private static final class Page {
    private final Deque<FilterTrail> last = new ArrayDeque<>(WINDOW);

    /** By filter, the number of each outcome in the window. */
    private final Map<String, Map<FilterTrail.Outcome, AtomicInteger>> counts = new HashMap<>();

    private long requests;

    synchronized void add(FilterTrail trail) {
      requests++;
      if (last.size() == WINDOW) {
        count(last.removeFirst(), -1);
      }
      last.addLast(trail);
      count(trail, 1);
    }

    private void count(FilterTrail trail, int change) {
      for (FilterTrail.Entry entry : trail.entries()) {
        counts
            .computeIfAbsent(entry.name(), name -> new EnumMap<>(FilterTrail.Outcome.class))
            .computeIfAbsent(entry.outcome(), outcome -> new AtomicInteger())
            .addAndGet(change);
      }
    }

    synchronized LaneSummary summary() {
      Map<String, Map<String, Integer>> filters = new TreeMap<>();
      counts.forEach((name, outcomes) -> filters.put(name, byOutcome(outcomes)));
      return new LaneSummary(requests, filters);
    }

    private static Map<String, Integer> byOutcome(Map<FilterTrail.Outcome, AtomicInteger> counts) {
      Map<String, Integer> named = new TreeMap<>();
      counts.forEach((outcome, count) -> {
        if (count.get() > 0) {
          named.put(outcome.toString(), count.get());
        }
      });
      return named;
    }
  }
}
