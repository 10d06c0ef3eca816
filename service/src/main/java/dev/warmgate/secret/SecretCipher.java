package dev.warmgate.secret;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/**
 * Encrypts secrets for the database with AES-256-GCM, under a key that is not in the database. A
 * ciphertext is bound to its purpose, so that rows cannot be swapped.
 */
public final class SecretCipher {
  private final SecretKeys keys;

  /**
   * @param keys {@code secrets.key_encryption_keys}
   */
  public SecretCipher(SecretKeys keys) {
    this.keys = keys;
  }

  /** Returns the id of the key that {@link #encrypt} uses; it is stored with the ciphertext. */
  public String encryptionKeyId() {
    return keys.newestId();
  }

  public byte[] encrypt(String boundTo, byte[] secret) {
    return Crypto.seal(keys.newest(), boundTo.getBytes(StandardCharsets.UTF_8), secret);
  }

  /**
   * @throws IllegalStateException if the key is not configured, or is not the one that was used
   */
  public byte[] decrypt(String encryptionKeyId, String boundTo, byte[] ciphertext) {
    byte[] key =
        keys.find(encryptionKeyId)
            .orElseThrow(() ->
                new IllegalStateException(
                    "secrets.key_encryption_keys lacks the key " + encryptionKeyId));
    try {
      return Crypto.open(key, boundTo.getBytes(StandardCharsets.UTF_8), ciphertext);
    } catch (GeneralSecurityException wrongKey) {
      throw new IllegalStateException(
          boundTo + " cannot be decrypted: secrets.key_encryption_keys contains a different key",
          wrongKey);
    }
  }
}
