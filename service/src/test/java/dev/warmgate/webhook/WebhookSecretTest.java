package dev.warmgate.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class WebhookSecretTest {
  private final WebhookSecret secret = WebhookSecret.generate();

  @Test
  void matchesTheExampleOfTheSpecification() {
    WebhookSecret published =
        new WebhookSecret(Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));

    assertThat(
            published.sign(
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1614265330,
                "{\"test\": 2432232314}".getBytes(UTF_8)))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void makesSignaturesThatStandardWebhooksVerifies() throws Exception {
    Message message = message();
    Map<String, String> headers = message.headers(List.of(secret), Instant.now().getEpochSecond());

    assertThatCode(() -> verify(message, headers, secret)).doesNotThrowAnyException();
    assertThatThrownBy(() -> verify(message, headers, WebhookSecret.generate()))
        .isInstanceOf(WebhookVerificationException.class);
  }

  @Test
  void signsWithEverySecretDuringARotation() throws Exception {
    Message message = message();
    WebhookSecret next = WebhookSecret.generate();
    Map<String, String> headers =
        message.headers(List.of(next, secret), Instant.now().getEpochSecond());

    assertThat(headers.get("webhook-signature")).matches("v1,\\S{44} v1,\\S{44}");
    for (WebhookSecret either : List.of(secret, next)) {
      assertThatCode(() -> verify(message, headers, either)).doesNotThrowAnyException();
    }
  }

  @Test
  void makesSignaturesThatExpire() {
    Message message = message();
    Map<String, String> old =
        message.headers(List.of(secret), Instant.now().getEpochSecond() - 3600);

    assertThatThrownBy(() -> verify(message, old, secret))
        .isInstanceOf(WebhookVerificationException.class);
  }

  @Test
  void doesNotPrintTheSecret() {
    assertThat(secret.shown()).matches("whsec_[A-Za-z0-9+/]{43}=");
    assertThat(secret.toString()).doesNotContain(secret.shown().substring(6));
  }

  @Test
  void signsIdsAndReasonsOnly() {
    assertThat(new String(message().body(), UTF_8))
        .isEqualTo(
            "{\"type\":\"session.ended\",\"timestamp\":\"2026-11-25T18:00:00.123456Z\",\"data\":"
                + "{\"account_id\":\"00000000-0000-0000-0000-000000000001\","
                + "\"session_id\":\"00000000-0000-0000-0000-000000000002\",\"reason\":\"logout\"}}");
  }

  private static Message message() {
    return Message.of(
        new OutboxDao.Claimed(
            UUID.randomUUID(),
            1,
            UUID.randomUUID(),
            "https://hooks.example.com/in",
            new byte[0],
            "k1",
            null,
            null,
            "session.ended",
            Instant.parse("2026-11-25T18:00:00.123456Z"),
            new UUID(0, 1),
            new UUID(0, 2),
            "{\"reason\": \"logout\", \"email\": \"ada@example.com\"}"));
  }

  private static void verify(Message message, Map<String, String> headers, WebhookSecret secret)
      throws Exception {
    Map<String, List<String>> received = new HashMap<>();
    headers.forEach((name, value) -> received.put(name, List.of(value)));
    new Webhook(secret.shown()).verify(new String(message.body(), UTF_8), received);
  }
}
