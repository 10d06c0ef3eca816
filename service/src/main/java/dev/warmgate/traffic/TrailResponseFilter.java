package dev.warmgate.traffic;

import dev.warmgate.filter.FilterOrder;
import dev.warmgate.filter.RequestIdFilter;
import dev.warmgate.problem.ErrorForms;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.request.DecoyRules;
import dev.warmgate.request.Quota;
import dev.warmgate.request.RequestContext;
import dev.warmgate.telemetry.Latencies;
import dev.warmgate.telemetry.LoginLatency;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.MultivaluedMap;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.MDC;

/**
 * Completes a request's trail: adds it to the ledger, the recent requests and the metrics, and
 * sends the request id and the remaining quota to the client. Whatever fails, it detaches the
 * request's context from the thread.
 */
@Priority(FilterOrder.RECORD_TRAIL)
public final class TrailResponseFilter implements ContainerResponseFilter {
  private final FilterLedger ledger;
  private final RecentRequests recent;
  private final Latencies latencies;
  private final FilterMetrics metrics;

  /** Requests of the warm-up go here, which warms the code without affecting the statistics. */
  private final FilterLedger unreadLedger = new FilterLedger();

  private final RecentRequests unreadRecent = new RecentRequests(Clock.systemUTC());
  private final Latencies unreadLatencies = new Latencies(Clock.systemUTC(), OpenTelemetry.noop());
  private final FilterMetrics unreadMetrics = new FilterMetrics(OpenTelemetry.noop());
  private final Route.Table routes = new Route.Table();

  public TrailResponseFilter(
      FilterLedger ledger, RecentRequests recent, Latencies latencies, OpenTelemetry telemetry) {
    this.ledger = ledger;
    this.recent = recent;
    this.latencies = latencies;
    this.metrics = new FilterMetrics(telemetry);
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    RequestContext context = RequestContext.of(request);
    try {
      record(request, response, context);
      if (context.id() != null) {
        response.getHeaders().put(RequestIdFilter.HEADER, List.of(context.id()));
      }
      if (context.quota() != null) {
        addQuota(context.quota(), response.getHeaders());
      }
    } finally {
      context.end();
      MDC.remove(RequestIdFilter.MDC_KEY);
    }
  }

  /** Sets the rate-limit headers, unless a refusal has set its own. */
  private static void addQuota(Quota quota, MultivaluedMap<String, Object> headers) {
    if (!headers.containsKey(Quota.LEFT_FIELD)) {
      headers.put(Quota.POLICY_FIELD, List.of(quota.policy()));
      headers.put(Quota.LEFT_FIELD, List.of(quota.left()));
    }
  }

  private void record(
      ContainerRequestContext request, ContainerResponseContext response, RequestContext context) {
    Route route = routes.of(request);
    Optional<ProblemType> problem = ErrorForms.typeOf(response.getEntity());
    long took = context.timeline().micros(System.nanoTime());
    boolean counted = DecoyRules.isCounted();
    (counted ? ledger : unreadLedger).add(context);
    boolean inOrder =
        (counted ? recent : unreadRecent)
            .add(context, route, request.getMethod(), response.getStatus());
    if (!inOrder) {
      metrics.countViolation();
    }
    RequestSpan.complete(route, problem, inOrder, took);
    (counted ? metrics : unreadMetrics).record(context);
    if (route.watched() != Latencies.Watched.NOTHING) {
      (counted ? latencies : unreadLatencies)
          .record(route.watched(), outcome(response.getStatus(), problem), took);
    }
  }

  private static LoginLatency.Outcome outcome(int status, Optional<ProblemType> problem) {
    // A page answers a sign-in with a redirect; a right password may earn the second step.
    if (status < 400 || problem.filter(ProblemType.MFA_REQUIRED::equals).isPresent()) {
      return LoginLatency.Outcome.SUCCESS;
    }
    if (status == ProblemType.RATE_LIMITED.status()) {
      return LoginLatency.Outcome.LIMITED;
    }
    if (problem.filter(ProblemType.LOGIN_CAPACITY_EXCEEDED::equals).isPresent()) {
      return LoginLatency.Outcome.SHED;
    }
    return status < 500 ? LoginLatency.Outcome.REFUSED : LoginLatency.Outcome.FAILED;
  }
}
