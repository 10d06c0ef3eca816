package dev.warmgate.filter;

import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import org.slf4j.MDC;

/** Closes the request's trail: enters it into the ledger, and tells the client the request's id. */
@Priority(FilterOrder.RECORD_TRAIL)
public final class TrailResponseFilter implements ContainerResponseFilter {
  private final FilterLedger ledger;

  public TrailResponseFilter(FilterLedger ledger) {
    this.ledger = ledger;
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    ledger.add(FilterTrail.of(request));
    if (request.getProperty(RequestIdFilter.HEADER) instanceof String id) {
      response.getHeaders().putSingle(RequestIdFilter.HEADER, id);
    }
    MDC.remove(RequestIdFilter.MDC_KEY);
  }
}
