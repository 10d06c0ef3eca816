package dev.warmgate.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
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

  private static final ObjectMapper JSON = new ObjectMapper();

  public boolean is(AuditEvent other) {
    return event.equals(other.toString());
  }

  /** Returns one of the details as text; empty if there is none of that name. */
  public Optional<String> detail(String name) {
    try {
      return Optional.ofNullable(JSON.readTree(details).get(name)).map(JsonNode::asText);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
