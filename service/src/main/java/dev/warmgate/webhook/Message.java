package dev.warmgate.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A message in the format of Standard Webhooks. Its body and id are identical in every attempt, so
 * that receivers can detect duplicates.
 */
record Message(String id, byte[] body) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The only event details that are sent: ids and reasons, no personal data. */
  private static final List<String> SENT_DETAILS =
      List.of("reason", "kid", "changed", "spared_session_id");

  static Message of(OutboxDao.Claimed delivery) {
    ObjectNode body = JSON.createObjectNode();
    body.put("type", delivery.event());
    body.put("timestamp", delivery.occurredAt().toString());
    ObjectNode data = body.putObject("data");
    putIfThere(data, "account_id", delivery.accountId());
    putIfThere(data, "session_id", delivery.sessionId());
    JsonNode details = parsed(delivery.details());
    SENT_DETAILS.forEach(name -> putIfThere(data, name, details.path(name).textValue()));
    return new Message("msg_" + delivery.id(), body.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @param secrets all that are valid; each adds a signature
   * @param timestamp time of this attempt, in seconds since the epoch
   */
  Map<String, String> headers(List<WebhookSecret> secrets, long timestamp) {
    return Map.of(
        "webhook-id",
        id,
        "webhook-timestamp",
        Long.toString(timestamp),
        "webhook-signature",
        secrets.stream()
            .map(secret -> secret.sign(id, timestamp, body))
            .collect(Collectors.joining(" ")));
  }

  private static void putIfThere(ObjectNode data, String name, @Nullable Object value) {
    if (value != null) {
      data.put(name, value.toString());
    }
  }

  private static JsonNode parsed(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
