package dev.warmgate.filter;

import dev.warmgate.problem.ApiException;
import dev.warmgate.request.FilterSlot;
import dev.warmgate.request.FilterTrail;
import dev.warmgate.request.Lane;
import dev.warmgate.request.RequestContext;
import dev.warmgate.telemetry.Telemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * A request filter that records a span and an entry in the request's trail: whether it passed, was
 * bypassed, rejected the request or failed. Every concrete filter is final and has its own
 * {@code @Priority} from {@link FilterOrder}.
 */
public abstract class TracedRequestFilter implements ContainerRequestFilter {
  private static final String BYPASS_REASON = "the endpoint is on the fast lane";

  private final FilterSlot slot;
  private final String spanName;
  private final boolean heavy;
  private final Tracer tracer;

  protected TracedRequestFilter(String name, boolean heavy, OpenTelemetry telemetry) {
    this.slot = new FilterSlot(name, getClass().getAnnotation(Priority.class).value());
    this.spanName = Telemetry.SPAN_FILTER_PREFIX + name;
    this.heavy = heavy;
    this.tracer = telemetry.getTracer(Telemetry.SCOPE);
  }

  /** Checks the request; throws {@link ApiException} to reject it. */
  protected abstract void apply(ContainerRequestContext request);

  final String name() {
    return slot.name();
  }

  @Override
  public final void filter(ContainerRequestContext request) {
    RequestContext context = RequestContext.of(request);
    int order = context.trail().next();
    // Without a tracer, or in a request that it does not record, there is no span to build.
    boolean traced = tracer.isEnabled() && context.isRecorded();
    Span span = traced ? tracer.spanBuilder(spanName).startSpan() : Span.getInvalid();
    long started = System.nanoTime();
    FilterTrail.Outcome outcome = FilterTrail.Outcome.FAILED;
    try (Scope _ = traced ? span.makeCurrent() : Scope.noop()) {
      outcome = pass(request, context, span);
    } catch (ApiException refusal) {
      outcome = FilterTrail.Outcome.REJECTED;
      span.setAttribute(Telemetry.FILTER_REASON, refusal.type().code());
      throw refusal;
    } catch (RuntimeException | Error failure) {
      span.setStatus(StatusCode.ERROR).recordException(failure);
      throw failure;
    } finally {
      int micros = (int) ((System.nanoTime() - started) / 1000);
      int offset = (int) context.timeline().micros(started);
      context.trail().add(new FilterTrail.Entry(slot, order, outcome, offset, micros));
      if (span.isRecording()) {
        describe(span, context.lane(), order, outcome);
      }
      span.end();
    }
  }

  private void describe(Span span, @Nullable Lane lane, int order, FilterTrail.Outcome outcome) {
    span.setAttribute(Telemetry.FILTER_NAME, slot.name());
    span.setAttribute(Telemetry.FILTER_ORDER, order);
    span.setAttribute(Telemetry.FILTER_PRIORITY, (long) slot.priority());
    span.setAttribute(Telemetry.FILTER_OUTCOME, outcome.toString());
    if (lane != null) {
      span.setAttribute(Telemetry.FILTER_LANE, lane.toString());
    }
  }

  private FilterTrail.Outcome pass(
      ContainerRequestContext request, RequestContext context, Span span) {
    if (heavy && context.lane() == Lane.FAST) {
      span.setAttribute(Telemetry.FILTER_REASON, BYPASS_REASON);
      return FilterTrail.Outcome.BYPASSED;
    }
    apply(request);
    return FilterTrail.Outcome.PASSED;
  }
}
