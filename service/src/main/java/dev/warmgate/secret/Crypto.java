package dev.warmgate.secret;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The few cryptographic primitives that Warmgate uses, as the JDK has them. Every JDK must have
 * them, so only {@link #open} fails: for a wrong key or a changed message.
 */
public final class Crypto {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String HMAC = "HmacSHA256";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private Crypto() {}

  public static byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return random;
  }

  public static byte[] sha256(byte[] data) {
    return digest("SHA-256", data);
  }

  /** For a protocol that asks for it, never to protect anything. */
  public static byte[] sha1(byte[] data) {
    return digest("SHA-1", data);
  }

  /** HMAC-SHA-256 of the parts, one after the other. */
  public static byte[] hmac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * Encrypts with AES-GCM, under a random nonce that precedes the ciphertext.
   *
   * @param boundTo must be the same for {@link #open}; it is not part of the result
   */
  public static byte[] seal(byte[] key, byte[] boundTo, byte[] message) {
    byte[] nonce = random(NONCE_BYTES);
    try {
      byte[] sealed = crypt(Cipher.ENCRYPT_MODE, key, nonce, boundTo, message, 0);
      return ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * @throws GeneralSecurityException if it was not sealed with this key for this purpose, or was
   *     changed since
   */
  public static byte[] open(byte[] key, byte[] boundTo, byte[] sealed)
      throws GeneralSecurityException {
    if (sealed.length < NONCE_BYTES) {
      throw new GeneralSecurityException("it is too short");
    }
    byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
    return crypt(Cipher.DECRYPT_MODE, key, nonce, boundTo, sealed, NONCE_BYTES);
  }

  private static byte[] crypt(
      int mode, byte[] key, byte[] nonce, byte[] boundTo, byte[] input, int from)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(boundTo);
    return cipher.doFinal(input, from, input.length - from);
  }

  private static byte[] digest(String algorithm, byte[] data) {
    try {
      return MessageDigest.getInstance(algorithm).digest(data);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
