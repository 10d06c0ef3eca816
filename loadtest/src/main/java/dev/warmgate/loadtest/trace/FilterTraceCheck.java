package dev.warmgate.loadtest.trace;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Checks one trace: the filters ran in order, and the heavy filters ran exactly where they must. It
 * reads only the exported spans and keeps its own literal copy of the order, so a mistake in the
 * service's code cannot hide itself.
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

  static final Set<String> FAST_LANE =
      Set.of(
          "GET /.well-known/jwks.json",
          "GET /.well-known/oauth-authorization-server",
          "GET /account/assets/{name}",
          "GET /account/register",
          "GET /account/sign-in",
          "GET /api/v1/auth/jwks.json",
          "GET /api/v1/auth/me",
          "GET /api/v1/auth/middleware-status",
          "GET /api/v1/auth/ping",
          "GET /auth/v1/.well-known/jwks.json",
          "GET /auth/v1/health",
          "GET /auth/v1/settings",
          "GET /auth/v1/user",
          "GET /openapi.json",
          "POST /account/register",
          "POST /account/sign-in",
          "POST /account/sign-in/passkey",
          "POST /account/sign-out",
          "POST /api/v1/auth/login",
          "POST /api/v1/auth/logout",
          "POST /api/v1/auth/refresh",
          "POST /api/v1/auth/register",
          "POST /auth/v1/logout",
          "POST /auth/v1/signup",
          "POST /auth/v1/token",
          "POST /oauth/token");

  /** The same for everybody, so that a filter has nothing to decide. */
  private static final Set<String> BEFORE_FILTERS =
      Set.of(
          "GET /.well-known/jwks.json",
          "GET /api/v1/auth/jwks.json",
          "GET /auth/v1/.well-known/jwks.json");

  /** How their paths begin; health checks, which have no filters, are elsewhere. */
  private static final List<String> ENDPOINTS =
      List.of("/api/", "/auth/", "/account/", "/oauth/", "/.well-known/", "/openapi.json");

  private final List<String> violations = new ArrayList<>();

  private FilterTraceCheck() {}

  /**
   * Returns the violations in the trace of a request that an endpoint matched; empty if there are
   * none.
   */
  static List<String> violations(List<Span> trace) {
    FilterTraceCheck check = new FilterTraceCheck();
    server(trace)
        .ifPresentOrElse(
            server -> check.judge(server, filters(trace)),
            () -> check.violations.add("the trace does not have exactly one server span"));
    return check.violations;
  }

  /** Returns the server span of the request, if the trace has exactly one. */
  public static Optional<Span> server(List<Span> trace) {
    List<Span> servers =
        trace.stream().filter(span -> span.getKind() == Span.SpanKind.SPAN_KIND_SERVER).toList();
    return servers.size() == 1 ? Optional.of(servers.getFirst()) : Optional.empty();
  }

  /** Returns the filter spans by start time. */
  static List<Span> filters(List<Span> trace) {
    return trace.stream()
        .filter(span -> span.getName().startsWith("filter "))
        .sorted(
            Comparator.comparingLong(Span::getStartTimeUnixNano)
                .thenComparingLong(Span::getEndTimeUnixNano))
        .toList();
  }

  /** Whether an endpoint matched: only then does the first filter after matching run. */
  static boolean isMatched(List<Span> trace) {
    return filters(trace).stream().anyMatch(span -> span.getName().equals("filter fast-lane"));
  }

  /** Whether an endpoint answered past the filters that must run. */
  static boolean isUnfiltered(List<Span> trace) {
    return !isMatched(trace)
        && server(trace)
            .filter(server -> ENDPOINTS.stream().anyMatch(text(server, "http.route")::startsWith))
            .filter(server -> !BEFORE_FILTERS.contains(endpoint(server)))
            .isPresent();
  }

  static String endpoint(Span server) {
    return text(server, "http.request.method") + " " + text(server, "http.route");
  }

  /** Whether every heavy filter ran and passed. */
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
    String endpoint = endpoint(server);
    long lastEnd = 0;
    long lastPriority = 0;
    for (int i = 0; i < filters.size(); i++) {
      Span filter = filters.get(i);
      String name = text(filter, "warmgate.filter.name");
      String where = endpoint + ": filter " + name + " ";
      require(filter.getName().equals("filter " + name), where + "has a different span name");
      require(i < ORDER.size() && name.equals(ORDER.get(i)), where + "ran at position " + (i + 1));
      require(number(filter, "warmgate.filter.order") == i + 1, where + "reports another position");
      require(
          filter.getParentSpanId().equals(server.getSpanId()),
          where + "is not a child of the request's span");
      require(filter.getStartTimeUnixNano() >= lastEnd, where + "overlaps the previous filter");
      long priority = number(filter, "warmgate.filter.priority");
      require(priority > lastPriority, where + "has no higher priority than the previous filter");
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
      require(last, where + "rejected the request, but another filter ran after it");
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
