package dev.warmgate.status;

import dev.warmgate.filter.FilterOrder;
import dev.warmgate.filter.RegisteredFilters;
import dev.warmgate.request.FastLane;
import dev.warmgate.request.FilterSlot;
import dev.warmgate.request.FilterTrail;
import dev.warmgate.request.Lane;
import dev.warmgate.request.Public;
import dev.warmgate.request.RequestContext;
import dev.warmgate.traffic.FilterLedger;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/**
 * Shows the filter order as declared, as registered and as observed for this request and recent
 * ones.
 */
@Path("/api/v1/auth/middleware-status")
@Produces(MediaType.APPLICATION_JSON)
@Public
@FastLane
public final class MiddlewareStatusResource {
  /** The latency target of this endpoint in milliseconds. */
  private static final long TARGET_MS = 100;

  private final RegisteredFilters registered;
  private final FilterLedger ledger;

  public MiddlewareStatusResource(RegisteredFilters registered, FilterLedger ledger) {
    this.registered = registered;
    this.ledger = ledger;
  }

  /** Whether this request bypassed the heavy filters. */
  public record Bypasses(boolean accessControlBypassed, boolean ssrfProtectionBypassed) {}

  /**
   * The filter order and the evidence for it.
   *
   * @param declared the filters of {@link FilterOrder}
   * @param registered the filters that Jersey runs, with their priorities
   * @param observed the filters that this request met
   */
  public record MiddlewareStatus(
      List<FilterSlot> declared,
      List<FilterSlot> registered,
      List<FilterTrail.Entry> observed,
      boolean inOrder,
      boolean fastpathActive,
      Bypasses bypasses,
      FilterLedger.Summary ledger,
      double responseTimeMs,
      long targetMs,
      boolean withinTarget) {}

  @GET
  @Operation(
      summary = "Show the order of the filters, with evidence from this request and recent ones")
  public MiddlewareStatus status() {
    RequestContext context = RequestContext.current();
    List<FilterTrail.Entry> observed = context.trail().entries();
    double elapsed = context.elapsedMillis();
    return new MiddlewareStatus(
        FilterOrder.DECLARED,
        registered.slots(),
        observed,
        isInOrder(observed),
        context.lane() == Lane.FAST,
        new Bypasses(bypassed(observed, "access-control"), bypassed(observed, "ssrf-protection")),
        ledger.summary(),
        elapsed,
        TARGET_MS,
        elapsed < TARGET_MS);
  }

  private boolean isInOrder(List<FilterTrail.Entry> observed) {
    return names(FilterOrder.DECLARED).equals(FilterOrder.IN_ORDER)
        && names(registered.slots()).equals(FilterOrder.IN_ORDER)
        && observed.stream().map(FilterTrail.Entry::name).toList().equals(FilterOrder.IN_ORDER);
  }

  private static List<String> names(List<FilterSlot> slots) {
    return slots.stream().map(FilterSlot::name).toList();
  }

  private static boolean bypassed(List<FilterTrail.Entry> observed, String name) {
    return observed.stream()
        .anyMatch(
            entry -> entry.name().equals(name) && entry.outcome() == FilterTrail.Outcome.BYPASSED);
  }
}
