package dev.warmgate.loadtest.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The history of the gate's runs, one CSV line per run: time, commit, verdict, machine and figures.
 * Another kind of file is refused with a one-line message.
 */
final class History {
  private static final List<String> FIXED = List.of("time", "commit", "verdict", "machine");

  /** Older runs are no longer relevant and only cost time. */
  private static final int MAX_RUNS = 500;

  /** Smaller relative changes are not reported, even if they are certain. */
  private static final double MIN_CHANGE = 0.03;

  /** Each run as a map from column names to values. */
  private final List<Map<String, String>> runs;

  private History(List<Map<String, String>> runs) {
    this.runs = runs;
  }

  static History read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    if (lines.isEmpty() || !lines.getFirst().startsWith(String.join(",", FIXED) + ",")) {
      throw new IllegalArgumentException(file + " is not a history of the gate.");
    }
    String[] columns = lines.getFirst().split(",", -1);
    List<Map<String, String>> runs = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] values = line.split(",", -1);
      if (values.length > columns.length) {
        throw new IllegalArgumentException(
            "%s, line %d has more values than columns.".formatted(file, runs.size() + 2));
      }
      Map<String, String> run = new LinkedHashMap<>();
      IntStream.range(0, values.length).forEach(i -> run.put(columns[i], values[i]));
      runs.add(run);
    }
    return new History(runs);
  }

  /** Adds a run; a new figure becomes a new column. */
  static void append(Path file, Map<String, String> run) throws IOException {
    List<Map<String, String>> runs =
        new ArrayList<>(Files.exists(file) ? read(file).runs : List.of());
    runs.add(run);
    SequencedSet<String> columns = new LinkedHashSet<>(FIXED);
    runs.forEach(each -> columns.addAll(each.keySet()));
    List<String> lines =
        runs.stream()
            .map(each ->
                columns.stream()
                    .map(column -> each.getOrDefault(column, "").replaceAll("[,\"\\s]+", " "))
                    .collect(Collectors.joining(",")))
            .toList();
    // Writes a new file and renames it, so that an interrupted write loses no earlier run.
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.write(
        temporary, Stream.concat(Stream.of(String.join(",", columns)), lines.stream()).toList());
    Files.move(temporary, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  /** Returns one line for each change of a figure, or one line that says that nothing changed. */
  List<String> changes() {
    String machine = runs.isEmpty() ? "" : runs.getLast().get("machine");
    List<Map<String, String>> comparable =
        runs.stream()
            .filter(run -> run.get("machine").equals(machine))
            .filter(run -> !run.get("verdict").equals("INVALID"))
            .toList();
    if (comparable.isEmpty()) {
      return List.of("No valid runs on this machine yet.");
    }
    List<Map<String, String>> latest =
        comparable.subList(Math.max(0, comparable.size() - MAX_RUNS), comparable.size());
    List<String> lines = new ArrayList<>();
    SequencedSet<String> figures = new LinkedHashSet<>();
    latest.forEach(run -> figures.addAll(run.keySet()));
    figures.removeAll(FIXED);
    figures.forEach(figure -> lines.addAll(changes(figure, latest)));
    return lines.isEmpty()
        ? List.of(
            "No change in %d runs on this machine: %s."
                .formatted(latest.size(), String.join(", ", figures)))
        : lines;
  }

  private static List<String> changes(String figure, List<Map<String, String>> all) {
    List<Map<String, String>> runs =
        all.stream().filter(run -> isNumber(run.getOrDefault(figure, ""))).toList();
    double[] series =
        runs.stream().mapToDouble(run -> Double.parseDouble(run.get(figure))).toArray();
    return ChangePoints.of(series).stream()
        .filter(point ->
            Math.abs(point.after() - point.before()) >= MIN_CHANGE * Math.abs(point.before()))
        .map(point ->
            String.format(
                Locale.ROOT,
                "%-24s %10.2f -> %10.2f (%+.0f %%) since %s, commit %s (p = %.1g)",
                figure,
                point.before(),
                point.after(),
                100 * (point.after() / point.before() - 1),
                runs.get(point.index()).get("time"),
                runs.get(point.index()).get("commit"),
                point.chance()))
        .toList();
  }

  private static boolean isNumber(String text) {
    return text.matches("-?\\d+(\\.\\d+)?");
  }
}
