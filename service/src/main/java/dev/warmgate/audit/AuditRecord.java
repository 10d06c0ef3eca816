package dev.warmgate.audit;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One event, as returned by the statement that caused it.
 *
 * @param event name of an {@link AuditEvent}
 * @param details a JSON object without e-mail addresses and secrets
 */
public record AuditRecord(
    String event, @Nullable UUID accountId, @Nullable UUID sessionId, String details) {

  public boolean is(AuditEvent other) {
    return event.equals(other.toString());
  }
}
