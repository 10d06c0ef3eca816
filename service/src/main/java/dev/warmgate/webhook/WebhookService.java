package dev.warmgate.webhook;

import dev.warmgate.audit.Audit;
import dev.warmgate.outbound.OutboundRefused;
import dev.warmgate.outbound.OutboundUrlPolicy;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Creates and deletes webhooks, and lists their deliveries. */
public final class WebhookService {
  /** Bounds the connections, since each webhook has its own. */
  static final int MOST_WEBHOOKS = 32;

  private final WebhookDao webhooks;
  private final WebhookSecrets secrets;
  private final OutboundUrlPolicy policy;
  private final Audit audit;

  public WebhookService(
      WebhookDao webhooks, WebhookSecrets secrets, OutboundUrlPolicy policy, Audit audit) {
    this.webhooks = webhooks;
    this.secrets = secrets;
    this.policy = policy;
    this.audit = audit;
  }

  /** A new webhook, with the secret that is shown only once. */
  record Made(WebhookDao.Row webhook, WebhookSecret secret) {}

  /**
   * @param events the events to send; {@code null} for all
   */
  Made create(String url, @Nullable List<WebhookEvent> events) {
    UUID id = UUID.randomUUID();
    WebhookSecret secret = WebhookSecret.generate();
    WebhookDao.Sealed sealed = secrets.seal(id, secret);
    String checked = checked(url);
    String names = events == null ? null : WebhookEvent.names(events.stream().distinct().toList());
    boolean made =
        audit.record(origin ->
            webhooks.create(
                id,
                checked,
                names,
                sealed.encryptedSecret(),
                sealed.encryptionKeyId(),
                MOST_WEBHOOKS,
                origin));
    if (!made) {
      throw new ApiException(ProblemType.TOO_MANY_WEBHOOKS);
    }
    return new Made(find(id), secret);
  }

  /**
   * The filter has checked the body's text; this stores exactly the URL that the policy checked.
   */
  private String checked(String url) {
    try {
      return policy.check(url).toString();
    } catch (OutboundRefused refused) {
      throw ApiException.field(
          ProblemType.OUTBOUND_URL_REFUSED, "url", refused.refusal().message());
    }
  }

  List<WebhookDao.Row> list() {
    return webhooks.all();
  }

  WebhookDao.Row find(UUID id) {
    return webhooks.find(id).orElseThrow(() -> new ApiException(ProblemType.WEBHOOK_NOT_FOUND));
  }

  void delete(UUID id) {
    if (!audit.record(origin -> webhooks.delete(id, origin))) {
      throw new ApiException(ProblemType.WEBHOOK_NOT_FOUND);
    }
  }

  /** Returns deliveries, newest event first; one more than {@code limit} if there are more. */
  List<WebhookDao.Delivery> deliveries(
      UUID id, @Nullable DeliveryState state, long before, int limit) {
    UUID known = find(id).id();
    return webhooks.deliveries(known, state == null ? null : state.toString(), before, limit + 1);
  }

  void retry(UUID id, UUID deliveryId) {
    if (webhooks.retry(find(id).id(), deliveryId) == 0) {
      throw new ApiException(ProblemType.DELIVERY_NOT_FOUND);
    }
  }

  /**
   * Encrypts secrets with the newest encryption key if they use an older one, which can be removed
   * afterwards.
   *
   * @return the number of changed secrets
   */
  public int reencrypt() {
    int changed = 0;
    for (WebhookDao.Sealed old : webhooks.sealedWithOlderThan(secrets.encryptionKeyId())) {
      WebhookSecret secret = secrets.open(old.id(), old.encryptedSecret(), old.encryptionKeyId());
      changed += webhooks.reencrypt(secrets.seal(old.id(), secret));
    }
    return changed;
  }
}
