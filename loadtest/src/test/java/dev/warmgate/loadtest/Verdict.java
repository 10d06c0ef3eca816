package dev.warmgate.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the gate says at the end: one line of judgement, one for each kind of request, and one for
 * the order of the filters in the traces.
 */
final class Verdict {
  private static final List<String> SHOWN = List.of("login", "verify", "ping", "middleware-status");

  /** With fewer of the intended logins the load was not what the verdict would be about. */
  private static final double ENOUGH = 0.9;

  private static final int ENOUGH_TRACES = 200;
  private static final double MOST_INCOMPLETE = 0.01;
  private static final int VIOLATIONS_SHOWN = 10;

  private final Measurements measurements;
  private final Thresholds thresholds;
  private final LoadProfile profile;
  private final Optional<FilterTraceReport> traces;

  /**
   * @param traces how the filters ran under this load, if that was looked at
   */
  Verdict(
      Measurements measurements,
      Thresholds thresholds,
      LoadProfile profile,
      Optional<FilterTraceReport> traces) {
    this.measurements = measurements;
    this.thresholds = thresholds;
    this.profile = profile;
    this.traces = traces;
  }

  /** Six lines; more only when a further kind of request is over its limit. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%-7s %d requests in %d s at %.1f logins/s, %d failed (limit %d)",
            judgement(),
            measurements.count(),
            profile.measured().toSeconds(),
            profile.loginsPerSecond(),
            measurements.failures(),
            thresholds.failures()));
    SHOWN.forEach(request -> lines.add(line(request)));
    measurements.requests().stream()
        .filter(request -> !SHOWN.contains(request) && isOver(request))
        .sorted()
        .forEach(request -> lines.add(line(request)));
    traces.ifPresent(report -> lines.addAll(lines(report)));
    return lines;
  }

  private String judgement() {
    double intended = profile.loginsPerSecond() * profile.measured().toSeconds();
    if (measurements.count("login") < Math.floor(intended * ENOUGH)
        || traces.filter(report -> !isEnough(report)).isPresent()) {
      return "INVALID";
    }
    boolean broken =
        measurements.failures() > thresholds.failures()
            || measurements.requests().stream().anyMatch(this::isOver)
            || traces.filter(report -> !report.violations().isEmpty()).isPresent();
    return broken ? "FAIL" : "PASS";
  }

  private static boolean isEnough(FilterTraceReport report) {
    return report.judged() >= ENOUGH_TRACES
        && report.incomplete() <= report.judged() * MOST_INCOMPLETE;
  }

  private static List<String> lines(FilterTraceReport report) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "  %-18s %d traces judged, %d incomplete  %s",
            "filter order",
            report.judged(),
            report.incomplete(),
            report.violations().isEmpty() ? "ok" : "VIOLATED"));
    report.violations().stream()
        .limit(VIOLATIONS_SHOWN)
        .forEach(violation -> lines.add("    " + violation));
    return lines;
  }

  private boolean isOver(String request) {
    return measurements.p95(request) > thresholds.p95(request);
  }

  private String line(String request) {
    return String.format(
        Locale.ROOT,
        "  %-18s p95 %8.1f ms (limit %4d)  median %7.1f  slowest %7.1f  %5d requests  %s",
        request,
        measurements.p95(request),
        thresholds.p95(request),
        measurements.median(request),
        measurements.slowest(request),
        measurements.count(request),
        isOver(request) ? "OVER" : "ok");
  }
}
