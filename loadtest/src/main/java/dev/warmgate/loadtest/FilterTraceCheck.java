package dev.warmgate.loadtest;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Judges one trace: did the filters run in order, and did the heavy ones run exactly where they
 * must? It knows nothing but the exported spans and its own literal copy of the order, so that it
 * cannot be fooled by the code it judges.
 */
public final class FilterTraceCheck {
  private static final List<String> ORDER =
      List.of(
          "request-id",
          "fast-lane",
          "rate-limit",
          "authentication",
          "access-control",
          "ssrf-protection");

  private static final Set<String> HEAVY = Set.of("access-control", "ssrf-protection");

  private static final Set<String> FAST_LANE =
      Set.of(
          "GET /.well-known/jwks.json",
          "GET /.well-known/oauth-authorization-server",
          "GET /api/v1/auth/jwks.json",
          "GET /api/v1/auth/me",
          "GET /api/v1/auth/middleware-status",
          "GET /api/v1/auth/ping",
          "GET /openapi.json",
          "POST /api/v1/auth/login",
          "POST /api/v1/auth/logout",
          "POST /api/v1/auth/refresh",
          "POST /api/v1/auth/register",
          "POST /oauth/token");

  private final List<String> violations = new ArrayList<>();

  private FilterTraceCheck() {}

  /** What is wrong with the trace of one request that an endpoint matched; empty if nothing is. */
  static List<String> violations(List<Span> trace) {
    FilterTraceCheck check = new FilterTraceCheck();
    server(trace)
        .ifPresentOrElse(
            server -> check.judge(server, filters(trace)),
            () -> check.violations.add("the trace has not exactly one server span"));
    return check.violations;
  }

  /** The span of the request itself, if the trace has exactly one. */
  public static Optional<Span> server(List<Span> trace) {
    List<Span> servers =
        trace.stream().filter(span -> span.getKind() == Span.SpanKind.SPAN_KIND_SERVER).toList();
    return servers.size() == 1 ? Optional.of(servers.getFirst()) : Optional.empty();
  }

  /** The filter spans as they started. */
  static List<Span> filters(List<Span> trace) {
    return trace.stream()
        .filter(span -> span.getName().startsWith("filter "))
        .sorted(
            Comparator.comparingLong(Span::getStartTimeUnixNano)
                .thenComparingLong(Span::getEndTimeUnixNano))
        .toList();
  }

  /** Whether an endpoint was found: the filter that looks at it came to run. */
  static boolean isMatched(List<Span> trace) {
    return filters(trace).stream().anyMatch(span -> span.getName().equals("filter fast-lane"));
  }

  /** Whether every heavy filter did its work. */
  static boolean isFullLane(List<Span> trace) {
    return HEAVY.stream()
        .allMatch(name ->
            filters(trace).stream()
                .anyMatch(span ->
                    text(span, "warmgate.filter.name").equals(name)
                        && text(span, "warmgate.filter.outcome").equals("passed")));
  }

  public static String text(Span span, String attribute) {
    return value(span, attribute).map(AnyValue::getStringValue).orElse("");
  }

  private void judge(Span server, List<Span> filters) {
    String endpoint = text(server, "http.request.method") + " " + text(server, "http.route");
    long lastEnd = 0;
    long lastPriority = 0;
    for (int i = 0; i < filters.size(); i++) {
      Span filter = filters.get(i);
      String name = text(filter, "warmgate.filter.name");
      String where = endpoint + ": filter " + name + " ";
      require(filter.getName().equals("filter " + name), where + "has another span name");
      require(i < ORDER.size() && name.equals(ORDER.get(i)), where + "ran as number " + (i + 1));
      require(number(filter, "warmgate.filter.order") == i + 1, where + "counted otherwise");
      require(
          filter.getParentSpanId().equals(server.getSpanId()),
          where + "is no child of the request");
      require(filter.getStartTimeUnixNano() >= lastEnd, where + "overlaps the one before");
      long priority = number(filter, "warmgate.filter.priority");
      require(priority > lastPriority, where + "has no higher priority than the one before");
      requireOutcome(filter, name, FAST_LANE.contains(endpoint), i == filters.size() - 1, where);
      lastEnd = filter.getEndTimeUnixNano();
      lastPriority = priority;
    }
    boolean endedEarly =
        !filters.isEmpty() && text(filters.getLast(), "warmgate.filter.outcome").equals("rejected");
    require(
        filters.size() == ORDER.size() || endedEarly,
        endpoint + ": " + filters.size() + " filters ran");
  }

  private void requireOutcome(Span filter, String name, boolean fast, boolean last, String where) {
    String outcome = text(filter, "warmgate.filter.outcome");
    if (HEAVY.contains(name) && fast) {
      require(outcome.equals("bypassed"), where + outcome + " on the fast lane");
    } else if (outcome.equals("rejected")) {
      require(last, where + "rejected the request and another one ran after it");
    } else {
      require(outcome.equals("passed"), where + outcome);
    }
  }

  private void require(boolean holds, String violation) {
    if (!holds) {
      violations.add(violation);
    }
  }

  private static long number(Span span, String attribute) {
    return value(span, attribute).map(AnyValue::getIntValue).orElse(-1L);
  }

  private static Optional<AnyValue> value(Span span, String attribute) {
    return span.getAttributesList().stream()
        .filter(pair -> pair.getKey().equals(attribute))
        .map(KeyValue::getValue)
        .findFirst();
  }
}
