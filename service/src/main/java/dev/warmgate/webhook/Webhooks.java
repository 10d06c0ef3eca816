package dev.warmgate.webhook;

import dev.warmgate.foundation.Foundation;
import dev.warmgate.outbound.OutboundClient;
import dev.warmgate.outbound.OutboundUrlPolicy;
import dev.warmgate.outbox.Outbox;
import dev.warmgate.secret.SecretKeys;
import java.util.concurrent.locks.Lock;

/** The wiring of the webhook feature. */
public record Webhooks(WebhookService service, WebhookDispatcher dispatcher) {
  /**
   * @param encryption the keys that encrypt the webhooks' secrets in the database
   * @param outboxes the turn that all outboxes share
   */
  public static Webhooks of(
      Foundation foundation,
      SecretKeys encryption,
      OutboundUrlPolicy outboundUrls,
      WebhooksConfiguration configuration,
      Lock outboxes) {
    OutboundClient client =
        new OutboundClient(
            outboundUrls, configuration.timeout().toJavaDuration(), WebhookDispatcher.mostCalls());
    return new Webhooks(
        service(foundation, encryption, outboundUrls),
        new WebhookDispatcher(
            new Outbox<>(foundation.database().backgroundDao(OutboxDao.class), outboxes),
            client,
            new WebhookSecrets(encryption),
            configuration,
            foundation.audit(),
            foundation.clock(),
            foundation.telemetry()));
  }

  /** Creates only the service, for commands, which deliver nothing. */
  public static WebhookService service(
      Foundation foundation, SecretKeys encryption, OutboundUrlPolicy outboundUrls) {
    return new WebhookService(
        foundation.database().dao(WebhookDao.class),
        foundation.database().dao(WebhookSecretDao.class),
        new WebhookSecrets(encryption),
        outboundUrls,
        foundation.audit());
  }
}
