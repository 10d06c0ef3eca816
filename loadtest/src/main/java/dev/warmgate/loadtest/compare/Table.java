package dev.warmgate.loadtest.compare;

import dev.warmgate.loadtest.http.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * A table of the figures of several settings of the service, with each one's difference to the
 * first: all fixes on.
 */
final class Table {
  static final String ALL_ON = "all fixes on";

  private final List<String> figures;
  private final Map<String, List<Map<String, Double>>> trials = new LinkedHashMap<>();

  Table(List<String> figures) {
    this.figures = figures;
  }

  /** Adds a trial, which may lack some figures. */
  void add(String way, Map<String, Double> trial) {
    trials.computeIfAbsent(way, name -> new ArrayList<>()).add(trial);
  }

  /** Formats the table for a terminal. */
  List<String> text() {
    List<String> lines = new ArrayList<>();
    for (String way : trials.keySet()) {
      lines.add(way + ":");
      figures.forEach(figure -> {
        if (mean(way, figure).isPresent()) {
          lines.add(String.format(Locale.ROOT, "  %-26s %s", figure, cell(way, figure)));
        }
      });
    }
    return lines;
  }

  List<String> markdown() {
    List<String> lines = new ArrayList<>();
    lines.add("| | " + String.join(" | ", figures) + " | starts |");
    lines.add("|---|" + "---|".repeat(figures.size() + 1));
    for (String way : trials.keySet()) {
      lines.add(
          figures.stream()
              .map(figure -> cell(way, figure))
              .collect(
                  Collectors.joining(
                      " | ", "| " + way + " | ", " | " + trials.get(way).size() + " |")));
    }
    return lines;
  }

  /** What {@code before-after.json} holds of each setting. */
  private record Way(String way, List<Map<String, Double>> trials) {}

  /** Formats the measurements of each trial, without the differences. */
  String json() {
    return Json.file(
        trials.entrySet().stream().map(way -> new Way(way.getKey(), way.getValue())).toList());
  }

  /** Formats a mean and its difference to all fixes on, as in {@code 61.2 (+12.3)}. */
  private String cell(String way, String figure) {
    OptionalDouble value = mean(way, figure);
    OptionalDouble on = mean(ALL_ON, figure);
    if (value.isEmpty()) {
      return "–";
    }
    String shown = number(value.getAsDouble());
    return way.equals(ALL_ON) || on.isEmpty()
        ? shown
        : "%s (%s)".formatted(shown, signed(value.getAsDouble() - on.getAsDouble()));
  }

  private OptionalDouble mean(String way, String figure) {
    return trials.get(way).stream()
        .map(trial -> trial.get(figure))
        .filter(Objects::nonNull)
        .mapToDouble(Double::doubleValue)
        .average();
  }

  private static String signed(double value) {
    return (value < 0 ? "-" : "+") + number(Math.abs(value));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
  }
}
