package dev.warmgate.loadtest;

import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@link FilterTraceCheck} found in many traces.
 *
 * @param judged traces of requests that an endpoint matched, refused ones too
 * @param fullLane those of them in which the heavy filters did their work: the positive control
 * @param incomplete traces with filters but without the span of their request
 * @param violations what is wrong, each kind once
 */
public record FilterTraceReport(int judged, int fullLane, int incomplete, List<String> violations) {
  /** Judges each of these traces. */
  public static FilterTraceReport judge(List<List<Span>> traces) {
    int judged = 0;
    int fullLane = 0;
    int incomplete = 0;
    Map<String, Integer> violations = new LinkedHashMap<>();
    for (List<Span> trace : traces) {
      // The route is of no use here: a request that a filter refuses has none.
      boolean matched =
          FilterTraceCheck.server(trace).isPresent() && FilterTraceCheck.isMatched(trace);
      if (matched) {
        judged++;
        fullLane += FilterTraceCheck.isFullLane(trace) ? 1 : 0;
        FilterTraceCheck.violations(trace)
            .forEach(found -> violations.merge(found, 1, Integer::sum));
      } else if (FilterTraceCheck.server(trace).isEmpty()
          && FilterTraceCheck.filters(trace).size() > 1) {
        incomplete++;
      }
    }
    List<String> told = new ArrayList<>();
    violations.forEach((violation, times) -> told.add(violation + " (" + times + " times)"));
    return new FilterTraceReport(judged, fullLane, incomplete, told);
  }

  /** One line of figures, then one for each violation; {@link #parse} reads it again. */
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
