package dev.warmgate.loadtest.trace;

import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The results of {@link FilterTraceCheck} over many traces.
 *
 * @param judged traces of requests that an endpoint matched, including refused ones
 * @param fullLane the judged traces in which the heavy filters ran, as a positive control
 * @param incomplete traces with filter spans but without the request's server span
 * @param violations each kind of violation once, with its count
 */
public record FilterTraceReport(int judged, int fullLane, int incomplete, List<String> violations) {
  public static FilterTraceReport judge(List<List<Span>> traces) {
    int judged = 0;
    int fullLane = 0;
    int incomplete = 0;
    Map<String, Integer> violations = new LinkedHashMap<>();
    for (List<Span> trace : traces) {
      // The route cannot tell: a request that a filter refuses has none.
      boolean matched =
          FilterTraceCheck.server(trace).isPresent() && FilterTraceCheck.isMatched(trace);
      if (matched) {
        judged++;
        fullLane += FilterTraceCheck.isFullLane(trace) ? 1 : 0;
        FilterTraceCheck.violations(trace)
            .forEach(found -> violations.merge(found, 1, Integer::sum));
      } else if (FilterTraceCheck.isUnfiltered(trace)) {
        String endpoint =
            FilterTraceCheck.server(trace).map(FilterTraceCheck::endpoint).orElseThrow();
        violations.merge(endpoint + ": filters were left out", 1, Integer::sum);
      } else if (FilterTraceCheck.server(trace).isEmpty()
          && FilterTraceCheck.filters(trace).size() > 1) {
        incomplete++;
      }
    }
    List<String> counted = new ArrayList<>();
    violations.forEach((violation, times) -> counted.add(violation + " (" + times + " times)"));
    return new FilterTraceReport(judged, fullLane, incomplete, counted);
  }

  /**
   * Formats the counts in one line and each violation in one more; {@link #parse} reads the result.
   */
  String text() {
    List<String> lines = new ArrayList<>();
    lines.add(judged + " judged, " + fullLane + " full lane, " + incomplete + " incomplete");
    lines.addAll(violations);
    return String.join("\n", lines) + "\n";
  }

  static FilterTraceReport parse(String text) {
    List<String> lines = text.lines().toList();
    String[] figures = lines.getFirst().split("[^0-9]+", -1);
    return new FilterTraceReport(
        Integer.parseInt(figures[0]),
        Integer.parseInt(figures[1]),
        Integer.parseInt(figures[2]),
        lines.subList(1, lines.size()));
  }
}
