package dev.warmgate.loadtest.gate.measure;

import dev.warmgate.loadtest.gate.verdict.Check;
import dev.warmgate.loadtest.gate.verdict.Thresholds;
import dev.warmgate.loadtest.trace.FilterTraceCheck;
import dev.warmgate.loadtest.trace.FilterTraceReport;
import dev.warmgate.loadtest.trace.SpanReceiver;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The newest traces of the service under load: checks the order of the filters and the number of
 * statements, and shows how the time of a request was spent.
 */
public final class Traces {
  private static final int SHOWN = 3;

  /** Milliseconds until all spans have arrived; the service exports twice a second. */
  private static final int EXPORTED_MILLIS = 1500;

  private static final String OK = "200";

  private final SpanReceiver spans;
  private final List<List<Span>> kept;

  private Traces(SpanReceiver spans) {
    this.spans = spans;
    this.kept = spans.kept();
  }

  /** Waits until the last traces have arrived. */
  public static Traces of(SpanReceiver spans) {
    try {
      Thread.sleep(EXPORTED_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new Traces(spans);
  }

  public List<Check> checks(Thresholds thresholds) {
    List<Check> checks = new ArrayList<>();
    FilterTraceReport report = FilterTraceReport.judge(kept);
    checks.add(
        Check.that(
            Check.Kind.ANSWERS,
            "filter order",
            report.violations().isEmpty(),
            report.judged()
                + " traces judged, "
                + report.fullLane()
                + " of the full lane, "
                + report.incomplete()
                + " incomplete"
                + report.violations().stream()
                    .limit(SHOWN)
                    .map(v -> "; " + v)
                    .reduce("", String::concat)));
    checks.add(
        Check.atLeast(
            Check.Kind.MEASUREMENT, "traces", report.judged(), thresholds.of("traces"), "traces"));
    // Positive control: without it, a service whose heavy filters never run would pass.
    checks.add(
        Check.atLeast(
            Check.Kind.ANSWERS,
            "traces.full",
            report.fullLane(),
            thresholds.of("traces.full"),
            "traces in which every filter ran"));
    checks.add(
        Check.atMost(
            Check.Kind.MEASUREMENT,
            "incomplete.percent",
            100.0 * report.incomplete() / Math.max(1, report.judged()),
            thresholds.of("incomplete.percent"),
            "% of the traces"));
    for (String request : List.of("login", "refresh")) {
      List<String> most = statements(request);
      if (!most.isEmpty()) {
        checks.add(
            Check.atMost(
                    Check.Kind.ANSWERS,
                    request + ".statements",
                    most.size(),
                    thresholds.of(request + ".statements"),
                    "SQL statements each")
                .because(String.join(", ", most)));
      }
    }
    return checks;
  }

  /**
   * Returns the statements of the successful request of this type that sent the most; empty if
   * there was none.
   */
  private List<String> statements(String request) {
    return kept.stream()
        .filter(trace ->
            FilterTraceCheck.server(trace)
                .filter(server ->
                    FilterTraceCheck.text(server, "http.route").endsWith("/auth/" + request)
                        && value(server, "http.response.status_code").equals(OK))
                .isPresent())
        .map(trace -> trace.stream().filter(Traces::isStatement).map(Span::getName).toList())
        .max(Comparator.comparingInt(List::size))
        .orElse(List.of());
  }

  /** Excludes the empty statement by which the pool tests a connection. */
  private static boolean isStatement(Span span) {
    String system =
        FilterTraceCheck.text(span, "db.system") + FilterTraceCheck.text(span, "db.system.name");
    String database =
        FilterTraceCheck.text(span, "db.name") + FilterTraceCheck.text(span, "db.namespace");
    return system.equals("postgresql") && !span.getName().equals(database);
  }

  private static String value(Span span, String attribute) {
    return span.getAttributesList().stream()
        .filter(pair -> pair.getKey().equals(attribute))
        .map(KeyValue::getValue)
        .map(value -> Long.toString(value.getIntValue()))
        .findFirst()
        .orElse("");
  }

  /** Returns the id of the service's trace that links to the caller's, or the caller's itself. */
  public String idOf(String callersTrace) {
    return spans.trace(callersTrace).stream()
        .findFirst()
        .map(span -> HexFormat.of().formatHex(span.getTraceId().toByteArray()))
        .orElse(callersTrace);
  }

  /** Returns the longest spans below the request's own; empty if the trace is no longer kept. */
  public String longest(String traceId) {
    return spans.trace(traceId).stream()
        .filter(span -> span.getKind() != Span.SpanKind.SPAN_KIND_SERVER)
        .sorted(Comparator.comparingDouble(Traces::millis).reversed())
        .limit(SHOWN)
        .map(span -> String.format(Locale.ROOT, "%s %.1f ms", span.getName(), millis(span)))
        .collect(Collectors.joining(", "));
  }

  private static double millis(Span span) {
    return (span.getEndTimeUnixNano() - span.getStartTimeUnixNano()) / 1e6;
  }
}
