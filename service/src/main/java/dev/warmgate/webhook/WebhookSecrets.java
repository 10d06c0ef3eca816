package dev.warmgate.webhook;

import dev.warmgate.secret.SecretCipher;
import dev.warmgate.secret.SecretKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Encrypts the webhooks' secrets for the database, with the same keys as the signing keys. */
public final class WebhookSecrets {
  private final SecretCipher cipher;

  /**
   * @param keys {@code secrets.key_encryption_keys}
   */
  public WebhookSecrets(SecretKeys keys) {
    this.cipher = new SecretCipher(keys);
  }

  String encryptionKeyId() {
    return cipher.encryptionKeyId();
  }

  WebhookSecretDao.Sealed seal(UUID webhookId, WebhookSecret secret) {
    return new WebhookSecretDao.Sealed(
        webhookId, cipher.encrypt(boundTo(webhookId), secret.bytes()), cipher.encryptionKeyId());
  }

  /**
   * @throws IllegalStateException if the encryption key is not configured
   */
  WebhookSecret open(UUID webhookId, byte[] encrypted, String encryptionKeyId) {
    return new WebhookSecret(cipher.decrypt(encryptionKeyId, boundTo(webhookId), encrypted));
  }

  /**
   * Returns the secrets with which to sign a delivery, the newest first.
   *
   * @throws IllegalStateException if an encryption key is not configured
   */
  List<WebhookSecret> open(OutboxDao.Claimed delivery) {
    List<WebhookSecret> valid = new ArrayList<>();
    UUID id = delivery.webhookId();
    valid.add(open(id, delivery.encryptedSecret(), delivery.encryptionKeyId()));
    if (delivery.previousSecret() != null && delivery.previousKeyId() != null) {
      valid.add(open(id, delivery.previousSecret(), delivery.previousKeyId()));
    }
    return valid;
  }

  private static String boundTo(UUID webhookId) {
    return "webhook " + webhookId;
  }
}
