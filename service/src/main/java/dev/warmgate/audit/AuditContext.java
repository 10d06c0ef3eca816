package dev.warmgate.audit;

import dev.warmgate.request.Caller;
import dev.warmgate.request.DecoyRules;
import dev.warmgate.request.RequestContext;
import dev.warmgate.request.ServiceCaller;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.security.Principal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who does something, and in which request.
 *
 * @param actor {@code account:ID}, {@code service:ID}, {@code operator}, {@code anonymous} or
 *     {@code system}
 * @param kept whether what is done is written down: not so for the warm-up
 */
public record AuditContext(
    String actor,
    @Nullable String clientAddress,
    @Nullable String requestId,
    @Nullable String traceId,
    boolean kept) {
  /** Whoever runs a command. */
  public static final String OPERATOR = "operator";

  /** The service itself, when nobody asked. */
  public static final String SYSTEM = "system";

  private static final String ANONYMOUS = "anonymous";

  /** With a value for everything, since a statement is prepared for the types it is given. */
  public static final AuditContext EXAMPLE =
      new AuditContext(SYSTEM, "example", "example", "example", true);

  /**
   * That of the request which this thread answers.
   *
   * @param outside who acts where there is no request
   */
  static AuditContext current(String outside) {
    boolean kept = DecoyRules.isAudited();
    return RequestContext.ofThread()
        .map(context ->
            new AuditContext(
                actor(context.caller()),
                context.clientAddress(),
                context.id(),
                currentTraceId(),
                kept))
        .orElseGet(() -> new AuditContext(outside, null, null, currentTraceId(), kept));
  }

  /** The same request, by somebody who has just proven to own that account. */
  AuditContext as(UUID accountId) {
    return new AuditContext("account:" + accountId, clientAddress, requestId, traceId, kept);
  }

  /** The same request, by a service whose key came besides. */
  AuditContext as(ServiceCaller service) {
    return new AuditContext(actor(service), clientAddress, requestId, traceId, kept);
  }

  private static String actor(@Nullable Principal caller) {
    return switch (caller) {
      case Caller account -> "account:" + account.accountId();
      case ServiceCaller service -> "service:" + service.keyId();
      case null, default -> ANONYMOUS;
    };
  }

  private static @Nullable String currentTraceId() {
    SpanContext span = Span.current().getSpanContext();
    return span.isValid() ? span.getTraceId() : null;
  }
}
