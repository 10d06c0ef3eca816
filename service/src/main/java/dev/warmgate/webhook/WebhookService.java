package dev.warmgate.webhook;

import dev.warmgate.audit.Audit;
import dev.warmgate.outbound.OutboundRefused;
import dev.warmgate.outbound.OutboundUrlPolicy;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Creates, changes and deletes webhooks, and lists their deliveries. */
public final class WebhookService {
  /** Bounds the connections, since each webhook has its own. */
  static final int MOST_WEBHOOKS = 32;

  /** The longest pause that a receiver can ask for. */
  static final Duration LONGEST_PAUSE = Duration.ofDays(1);

  /** How long the secret before the current one is valid. */
  private static final Duration OVERLAP = Duration.ofHours(24);

  private static final String ALL = "all";

  private final WebhookDao webhooks;
  private final WebhookSecretDao stored;
  private final WebhookSecrets secrets;
  private final OutboundUrlPolicy policy;
  private final Audit audit;

  public WebhookService(
      WebhookDao webhooks,
      WebhookSecretDao stored,
      WebhookSecrets secrets,
      OutboundUrlPolicy policy,
      Audit audit) {
    this.webhooks = webhooks;
    this.stored = stored;
    this.secrets = secrets;
    this.policy = policy;
    this.audit = audit;
  }

  /** A webhook with a new secret, which is shown only once. */
  record Made(WebhookDao.Row webhook, WebhookSecret secret) {}

  /**
   * @param events the events to send; {@code null} for all
   */
  Made create(String url, @Nullable List<WebhookEvent> events) {
    UUID id = UUID.randomUUID();
    WebhookSecret secret = WebhookSecret.generate();
    WebhookSecretDao.Sealed sealed = secrets.seal(id, secret);
    String checked = checked(url);
    String names = events == null || areAll(events) ? null : WebhookEvent.names(distinct(events));
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

  /**
   * Changes the URL, the events, or both; deliveries that are pending go to the new URL. A new URL
   * opens a webhook again that had ended.
   *
   * @return the webhook after the change
   * @throws ApiException 404 if there is no such webhook, 422 if the URL may not be called
   */
  WebhookDao.Row change(UUID id, @Nullable String url, @Nullable List<WebhookEvent> events) {
    String checked = url == null ? null : checked(url);
    String names =
        events == null ? null : areAll(events) ? ALL : WebhookEvent.names(distinct(events));
    if (!audit.record(origin -> webhooks.change(id, checked, names, origin))) {
      throw new ApiException(ProblemType.WEBHOOK_NOT_FOUND);
    }
    return find(id);
  }

  /** All there are include those of later releases. */
  private static boolean areAll(List<WebhookEvent> events) {
    return events.containsAll(WebhookEvent.all());
  }

  private static List<WebhookEvent> distinct(List<WebhookEvent> events) {
    return events.stream().distinct().toList();
  }

  /**
   * Gives a webhook a new secret. Both secrets sign until {@link #OVERLAP} is over, so that the
   * receiver can change its own in between. Until then there is no third one, since it would end
   * one that the receiver may still use.
   *
   * @param replace ends the newest secret at once, because it was lost or leaked; the one before is
   *     valid as long as it would have been
   * @throws ApiException 404 if there is no such webhook, 409 if it has two secrets already
   */
  Made rotateSecret(UUID id, boolean replace) {
    WebhookSecret secret = WebhookSecret.generate();
    WebhookSecretDao.Sealed sealed = secrets.seal(id, secret);
    boolean rotated =
        audit.record(origin -> stored.rotateSecret(sealed, OVERLAP.toSeconds(), replace, origin));
    WebhookDao.Row webhook = find(id);
    if (!rotated) {
      throw rotated(webhook.previousUntil(), Instant.now());
    }
    return new Made(webhook, secret);
  }

  /**
   * @param until when the previous secret ends; {@code null} if it has just ended
   */
  static ApiException rotated(@Nullable Instant until, Instant now) {
    Instant end = until == null ? now : until;
    return ApiException.retryAfter(
        ProblemType.SECRET_ROTATED,
        "the secret before is valid until "
            + end
            + "; rotate again then, or replace the newest secret with ?replace=true",
        Duration.between(now, end));
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

  /**
   * Makes a delivery due now.
   *
   * @throws ApiException 404 if there is none, 409 if its webhook has ended
   */
  void retry(UUID id, UUID deliveryId) {
    if (webhooks.retry(id, deliveryId) == 0) {
      throw new ApiException(
          find(id).endedAt() == null ? ProblemType.DELIVERY_NOT_FOUND : ProblemType.WEBHOOK_ENDED);
    }
  }

  /**
   * Encrypts secrets with the newest encryption key if they use an older one, which can be removed
   * afterwards.
   *
   * @return the number of changed secrets
   */
  public int reencrypt() {
    String newest = secrets.encryptionKeyId();
    int changed = 0;
    for (WebhookSecretDao.Sealed old : stored.sealedWithOlderThan(newest)) {
      changed += stored.reencrypt(sealedAgain(old), old.encryptedSecret());
    }
    for (WebhookSecretDao.Sealed old : stored.previousSealedWithOlderThan(newest)) {
      changed += stored.reencryptPrevious(sealedAgain(old), old.encryptedSecret());
    }
    return changed;
  }

  private WebhookSecretDao.Sealed sealedAgain(WebhookSecretDao.Sealed old) {
    return secrets.seal(
        old.id(), secrets.open(old.id(), old.encryptedSecret(), old.encryptionKeyId()));
  }
}
