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
 * Who acts, and in which request.
 *
 * @param actor {@code account:ID}, {@code service:ID}, {@code operator}, {@code anonymous} or
 *     {@code system}
 * @param kept whether events are recorded; {@code false} in the warm-up
 */
public record AuditContext(
    String actor,
    @Nullable String clientAddress,
    @Nullable String requestId,
    @Nullable String traceId,
    boolean kept) {
  /** The person who runs a command. */
  public static final String OPERATOR = "operator";

  /** The service itself, where there is no request. */
  public static final String SYSTEM = "system";

  private static final String ANONYMOUS = "anonymous";

  /** Has a value in every field, since a statement is prepared for the types it is given. */
  public static final AuditContext EXAMPLE =
      new AuditContext(SYSTEM, "example", "example", "example", true);

  /**
   * The context of the request that this thread handles.
   *
   * @param defaultActor the actor where there is no request
   */
  static AuditContext current(String defaultActor) {
    boolean kept = DecoyRules.isAudited();
    return RequestContext.ofThread()
        .map(context ->
            new AuditContext(
                actor(context.caller()),
                context.clientAddress(),
                context.id(),
                currentTraceId(),
                kept))
        .orElseGet(() -> new AuditContext(defaultActor, null, null, currentTraceId(), kept));
  }

  /** The same request, on behalf of the account that the caller has just proven to own. */
  AuditContext as(UUID accountId) {
    return new AuditContext("account:" + accountId, clientAddress, requestId, traceId, kept);
  }

  /** The same request, on behalf of the service whose key it carries as well. */
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
