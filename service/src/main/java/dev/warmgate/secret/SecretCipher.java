package dev.warmgate.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts what must not lie open in the database, with AES-256-GCM and a key that is not in the
 * database. A ciphertext is bound to what it was made for, so that rows cannot be swapped.
 */
public final class SecretCipher {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecureRandom random = new SecureRandom();
  private final SecretKeys keys;

  /**
   * @param keys {@code secrets.key_encryption_keys}
   */
  public SecretCipher(SecretKeys keys) {
    this.keys = keys;
  }

  /** The id of the key that {@link #encrypt} uses; kept beside the ciphertext. */
  public String encryptionKeyId() {
    return keys.newestId();
  }

  public byte[] encrypt(String boundTo, byte[] secret) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed = crypt(Cipher.ENCRYPT_MODE, keys.newest(), nonce, boundTo, secret);
    return ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
  }

  /**
   * @throws IllegalStateException if the key is not configured or not the one that was used
   */
  public byte[] decrypt(String encryptionKeyId, String boundTo, byte[] ciphertext) {
    byte[] key =
        keys.find(encryptionKeyId)
            .orElseThrow(() ->
                new IllegalStateException(
                    "secrets.key_encryption_keys lacks the key " + encryptionKeyId));
    if (ciphertext.length < NONCE_BYTES) {
      throw new IllegalStateException(boundTo + " cannot be decrypted: it is too short");
    }
    ByteBuffer buffer = ByteBuffer.wrap(ciphertext);
    byte[] nonce = new byte[NONCE_BYTES];
    buffer.get(nonce);
    byte[] sealed = new byte[buffer.remaining()];
    buffer.get(sealed);
    return crypt(Cipher.DECRYPT_MODE, key, nonce, boundTo, sealed);
  }

  private static byte[] crypt(int mode, byte[] key, byte[] nonce, String boundTo, byte[] input) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(boundTo.getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(input);
    } catch (GeneralSecurityException wrongKey) {
      throw new IllegalStateException(
          boundTo + " cannot be decrypted: secrets.key_encryption_keys holds another key",
          wrongKey);
    }
  }
}
