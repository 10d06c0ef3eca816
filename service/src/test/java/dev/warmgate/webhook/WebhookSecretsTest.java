package dev.warmgate.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmgate.secret.SecretKeys;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class WebhookSecretsTest {
  private final String oldKey = "k1:" + random();
  private final WebhookSecret secret = WebhookSecret.generate();
  private final UUID id = UUID.randomUUID();
  private final WebhookSecretDao.Sealed sealed = secrets(oldKey).seal(id, secret);

  @Test
  void areDecryptedWithAnOlderKeyAndEncryptedWithTheNewest() {
    WebhookSecrets rotated = secrets("k2:" + random() + "," + oldKey);

    assertThat(open(rotated, id).shown()).isEqualTo(secret.shown());
    assertThat(rotated.seal(id, secret).encryptionKeyId()).isEqualTo("k2");
  }

  @Test
  void areBoundToTheirWebhook() {
    assertThatThrownBy(() -> open(secrets(oldKey), UUID.randomUUID()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void areNotDecryptedWithoutTheirKey() {
    assertThatThrownBy(() -> open(secrets("k2:" + random()), id))
        .hasMessage("secrets.key_encryption_keys lacks the key k1");
  }

  private WebhookSecret open(WebhookSecrets secrets, UUID webhookId) {
    return secrets.open(webhookId, sealed.encryptedSecret(), sealed.encryptionKeyId());
  }

  private static WebhookSecrets secrets(String keys) {
    return new WebhookSecrets(new SecretKeys(keys));
  }

  private static String random() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }
}
