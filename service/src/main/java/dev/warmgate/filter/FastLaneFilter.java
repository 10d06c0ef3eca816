package dev.warmgate.filter;

import dev.warmgate.request.Endpoint;
import dev.warmgate.request.Lane;
import dev.warmgate.request.RequestContext;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;

/**
 * Chooses the lane by the endpoint that was matched, never by the text of the path, so that no
 * spelling of a path can bypass a filter.
 */
@Priority(FilterOrder.FAST_LANE)
public final class FastLaneFilter extends TracedRequestFilter {
  private final boolean enabled;

  /**
   * @param enabled {@code false} ({@code FAST_LANE=off}) sends every endpoint through the full lane
   */
  public FastLaneFilter(boolean enabled, OpenTelemetry telemetry) {
    super("fast-lane", false, telemetry);
    this.enabled = enabled;
  }

  @Override
  protected void apply(ContainerRequestContext request) {
    boolean fast = enabled && Endpoint.of(request).isOnFastLane();
    RequestContext.of(request).enter(fast ? Lane.FAST : Lane.FULL);
  }
}
