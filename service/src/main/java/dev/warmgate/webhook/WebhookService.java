package dev.warmgate.webhook;

import dev.warmgate.audit.Audit;
import dev.warmgate.outbound.OutboundRefused;
import dev.warmgate.outbound.OutboundUrlPolicy;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes and removes webhooks, and shows how their deliveries go. */
public final class WebhookService {
  /** Each has connections of its own, so that none waits for another. */
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

  /** A webhook that was just made, with the secret that is shown this once. */
  record Made(WebhookDao.Row webhook, WebhookSecret secret) {}

  /**
   * @param events which to tell; all if there are none
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

  /** The filter has judged the body's text; what is stored is what was judged. */
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

  /** The newest events first, one more than asked for if there are more. */
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
   * Encrypts with the newest key what is encrypted with an older one, which may be dropped then.
   *
   * @return how many secrets
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
