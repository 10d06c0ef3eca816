package dev.warmgate.dashboards;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values that every series of every panel must have under the known load. */
final class Expectations {
  /** Matches every series that is not named. */
  static final String OTHERS = "*";

  private static final double TOLERANCE = 0.2;
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([a-z_]+)}}");

  private record Range(double low, double high) {
    boolean holds(double value) {
      return value >= low && value <= high;
    }
  }

  private final Map<String, Map<String, Range>> byPanel = new LinkedHashMap<>();
  private String board = "";
  private Map<String, Range> panel = Map.of();

  Expectations board(String uid) {
    board = uid;
    return this;
  }

  Expectations panel(String title) {
    panel = byPanel.computeIfAbsent(board + "/" + title, key -> new LinkedHashMap<>());
    return this;
  }

  Expectations between(String series, double low, double high) {
    panel.put(series, new Range(low, high));
    return this;
  }

  Expectations is(String series, double value) {
    return between(series, value - 1e-9, value + 1e-9);
  }

  /** Allows for the error of a rate over a few scrapes. */
  Expectations about(String series, double value) {
    return between(series, value * (1 - TOLERANCE) - 1e-9, value * (1 + TOLERANCE) + 1e-9);
  }

  /** More than 0 and at most {@code high}. */
  Expectations upTo(String series, double high) {
    return between(series, Double.MIN_VALUE, high);
  }

  /** Returns the mistakes in this answer to the panel's query; empty if there are none. */
  List<String> judge(Board.PanelTarget target, List<Prometheus.SeriesValue> samples) {
    String key = target.panel().board().uid() + "/" + target.panel().title();
    Map<String, Range> ranges = byPanel.get(key);
    if (ranges == null) {
      return List.of(target + ": no expectation is defined");
    }
    List<String> wrong = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Prometheus.SeriesValue sample : samples) {
      String name = name(target, sample.labels());
      seen.add(name);
      Range range = ranges.getOrDefault(name, ranges.get(OTHERS));
      // Grafana draws NaN as a gap, which is correct where nothing happened.
      boolean gap = Double.isNaN(sample.value()) && !ranges.containsKey(name);
      if (range == null) {
        wrong.add("%s: %s is not expected (%s)".formatted(target, name, sample.value()));
      } else if (!gap && !range.holds(sample.value())) {
        wrong.add(
            String.format(
                Locale.ROOT,
                "%s: %s is %.4g, must be %.4g to %.4g",
                target,
                name.isEmpty() ? "it" : name,
                sample.value(),
                range.low(),
                range.high()));
      }
    }
    for (String wanted : namedBy(target, ranges.keySet())) {
      if (!seen.contains(wanted) && !(ranges.get(wanted).holds(0) && !seen.isEmpty())) {
        wrong.add("%s: %s is missing".formatted(target, wanted.isEmpty() ? "it" : wanted));
      }
    }
    return wrong;
  }

  /** Returns the names of the panel's series that this query must return. */
  private static List<String> namedBy(Board.PanelTarget target, Set<String> series) {
    String legend = legend(target);
    boolean fixed = !legend.contains("{{");
    boolean alone = target.panel().targets().size() == 1;
    String ref = target.json().path("refId").asText() + " ";
    return series.stream()
        .filter(name -> !name.equals(OTHERS))
        .filter(name -> {
          if (!legend.isEmpty()) {
            return fixed ? name.equals(legend) : alone || !isFixedElsewhere(target, name);
          }
          return alone || name.startsWith(ref);
        })
        .toList();
  }

  private static boolean isFixedElsewhere(Board.PanelTarget target, String name) {
    return target.panel().targets().stream().anyMatch(other -> legend(other).equals(name));
  }

  private static String legend(Board.PanelTarget target) {
    return target.json().path("legendFormat").asText();
  }

  /**
   * Returns the series' name in the legend, or else its labels, after the query's letter if the
   * panel has several queries.
   */
  private static String name(Board.PanelTarget target, Map<String, String> labels) {
    String legend = legend(target);
    if (legend.isEmpty()) {
      String joined = String.join(" ", labels.values());
      return target.panel().targets().size() == 1
          ? joined
          : target.json().path("refId").asText() + " " + joined;
    }
    Matcher matcher = PLACEHOLDER.matcher(legend);
    return matcher.replaceAll(
        found -> Matcher.quoteReplacement(labels.getOrDefault(found.group(1), "")));
  }
}
