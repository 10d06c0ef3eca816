package dev.warmgate.factor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warmgate.secret.Crypto;
import dev.warmgate.secret.SecretCipher;
import dev.warmgate.secret.SecretKeys;
import java.util.UUID;

/**
 * Encrypts for the database what factors are checked with: secrets of apps, and the keys of the
 * MACs of recovery codes. Each is bound to its row.
 */
public final class FactorSecrets {
  private final SecretCipher cipher;

  /**
   * @param keys {@code secrets.key_encryption_keys}
   */
  public FactorSecrets(SecretKeys keys) {
    this.cipher = new SecretCipher(keys);
  }

  /** An encrypted secret of a factor, or of the recovery codes of an account. */
  public record Sealed(UUID id, byte[] encrypted, String encryptionKeyId) {}

  public String encryptionKeyId() {
    return cipher.encryptionKeyId();
  }

  public Sealed seal(UUID factorId, byte[] secret) {
    return new Sealed(
        factorId, cipher.encrypt(ofFactor(factorId), secret), cipher.encryptionKeyId());
  }

  /**
   * @throws IllegalStateException if the encryption key is not configured
   */
  byte[] open(Sealed factor) {
    return cipher.decrypt(factor.encryptionKeyId(), ofFactor(factor.id()), factor.encrypted());
  }

  Sealed sealRecoveryKey(UUID accountId, byte[] key) {
    return new Sealed(accountId, cipher.encrypt(ofSet(accountId), key), cipher.encryptionKeyId());
  }

  /**
   * @throws IllegalStateException if the encryption key is not configured
   */
  byte[] openRecoveryKey(Sealed set) {
    return cipher.decrypt(set.encryptionKeyId(), ofSet(set.id()), set.encrypted());
  }

  /** Returns what is stored of a recovery code: without the key nobody can try all codes. */
  static byte[] mac(byte[] key, String code) {
    return Crypto.hmac(key, code.getBytes(UTF_8));
  }

  private static String ofFactor(UUID factorId) {
    return "factor " + factorId;
  }

  private static String ofSet(UUID accountId) {
    return "recovery codes " + accountId;
  }
}
