package dev.warmgate.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A message has what the page of the API promises of its event, and no personal data. */
final class MessageTest {
  @Test
  void hasTheReasonsAndIdsOfItsEventOnly() {
    String spared = UUID.randomUUID().toString();
    assertThat(data("{\"reason\": \"password\", \"spared_session_id\": \"" + spared + "\"}"))
        .isEqualTo("{\"reason\":\"password\",\"spared_session_id\":\"" + spared + "\"}");
    assertThat(data("{\"changed\": \"email\", \"email\": \"ada@example.com\"}"))
        .isEqualTo("{\"changed\":\"email\"}");
    assertThat(data("{\"kid\": \"k1\", \"more\": 1}")).isEqualTo("{\"kid\":\"k1\"}");
    assertThat(data("{\"reason\": {\"email\": \"ada@example.com\"}}")).isEqualTo("{}");
  }

  private static String data(String details) {
    Message message =
        Message.of(
            new OutboxDao.Claimed(
                UUID.randomUUID(),
                1,
                UUID.randomUUID(),
                "https://example.com",
                new byte[0],
                "k1",
                null,
                null,
                "sessions.ended",
                Instant.EPOCH,
                null,
                null,
                details));
    String body = new String(message.body(), StandardCharsets.UTF_8);
    String before = "\"data\":";
    return body.substring(body.indexOf(before) + before.length(), body.length() - 1);
  }
}
