package dev.warmgate.audit;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One event, as the statement that caused it tells.
 *
 * @param event its name, of {@link AuditEvent}
 * @param details a JSON object; no e-mail address, no secret
 */
public record AuditRecord(
    String event, @Nullable UUID accountId, @Nullable UUID sessionId, String details) {

  public boolean is(AuditEvent other) {
    return event.equals(other.toString());
  }
}
