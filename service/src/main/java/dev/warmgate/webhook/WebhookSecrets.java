package dev.warmgate.webhook;

import dev.warmgate.secret.SecretCipher;
import dev.warmgate.secret.SecretKeys;
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

  WebhookDao.Sealed seal(UUID webhookId, WebhookSecret secret) {
    return new WebhookDao.Sealed(
        webhookId, cipher.encrypt(boundTo(webhookId), secret.bytes()), cipher.encryptionKeyId());
  }

  /**
   * @throws IllegalStateException if the encryption key is not configured
   */
  WebhookSecret open(UUID webhookId, byte[] encrypted, String encryptionKeyId) {
    return new WebhookSecret(cipher.decrypt(encryptionKeyId, boundTo(webhookId), encrypted));
  }

  private static String boundTo(UUID webhookId) {
    return "webhook " + webhookId;
  }
}
