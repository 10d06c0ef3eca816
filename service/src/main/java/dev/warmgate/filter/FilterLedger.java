package dev.warmgate.filter;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the filters did to the last requests of each lane. The full lane is the control: were a
 * heavy filter never seen there either, "bypassed on the fast lane" would prove nothing.
 */
public final class FilterLedger {
  private static final int WINDOW = 1000;

  private final Map<Lane, Page> pages = new EnumMap<>(Lane.class);

  public FilterLedger() {
    for (Lane lane : Lane.values()) {
      pages.put(lane, new Page());
    }
  }

  /** Both lanes. */
  public record Summary(LaneSummary fast, LaneSummary full) {}

  /**
   * One lane.
   *
   * @param requests since the start of the process
   * @param filters over the last 1,000 requests: by filter, how often it passed, bypassed, rejected
   *     or failed
   */
  public record LaneSummary(long requests, Map<String, Map<String, Integer>> filters) {}

  void add(FilterTrail trail) {
    trail.lane().ifPresent(lane -> pages.get(lane).add(trail.entries()));
  }

  public Summary summary() {
    return new Summary(pages.get(Lane.FAST).summary(), pages.get(Lane.FULL).summary());
  }

  private static final class Page {
    private final Deque<List<FilterTrail.Entry>> last = new ArrayDeque<>(WINDOW);
    private final Map<String, Map<String, Integer>> counts = new TreeMap<>();
    private long requests;

    synchronized void add(List<FilterTrail.Entry> entries) {
      requests++;
      if (last.size() == WINDOW) {
        last.removeFirst().forEach(entry -> count(entry, -1));
      }
      last.addLast(entries);
      entries.forEach(entry -> count(entry, 1));
    }

    private void count(FilterTrail.Entry entry, int change) {
      counts
          .computeIfAbsent(entry.name(), name -> new TreeMap<>())
          .merge(entry.outcome().toString(), change, Integer::sum);
    }

    synchronized LaneSummary summary() {
      Map<String, Map<String, Integer>> copy = new TreeMap<>();
      counts.forEach((name, outcomes) -> copy.put(name, Map.copyOf(outcomes)));
      return new LaneSummary(requests, copy);
    }
  }
}
