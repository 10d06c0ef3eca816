package dev.warmgate.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class WebhookServiceTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  @Test
  void saysWhenToRotateAgain() {
    assertThat(WebhookService.rotated(NOW.plusSeconds(5), NOW).retryAfter()).hasSeconds(5);
  }

  /** The previous secret may end between the refusal and the look at the webhook. */
  @Test
  void saysNowWhereThePreviousSecretHasJustEnded() {
    assertThat(WebhookService.rotated(null, NOW).detail()).contains("until 2026-11-28T12:00:00Z;");
  }
}
