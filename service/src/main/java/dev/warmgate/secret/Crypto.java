package dev.warmgate.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The cryptographic primitives that Warmgate uses. Every JDK provides them, so only {@link #open}
 * can fail: for a wrong key or a modified message.
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

  /** Only for protocols that require SHA-1, never to protect data. */
  public static byte[] sha1(byte[] data) {
    return digest("SHA-1", data);
  }

  /** Returns the HMAC-SHA-256 of the concatenated parts. */
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
   * Returns an HMAC for protocols that choose its digest, never to protect data by themselves.
   *
   * @param digest {@code SHA1}, {@code SHA256} or {@code SHA512}
   */
  public static byte[] hmac(String digest, byte[] key, byte[] data) {
    try {
      Mac mac = Mac.getInstance("Hmac" + digest);
      mac.init(new SecretKeySpec(key, "RAW"));
      return mac.doFinal(data);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * Encrypts with AES-GCM; the random nonce precedes the ciphertext.
   *
   * @param boundTo additional authenticated data, which {@link #open} must be given too; not part
   *     of the result
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
   * Decrypts what {@link #seal} has encrypted.
   *
   * @throws GeneralSecurityException if it was sealed with another key or for another purpose, or
   *     has been modified
   */
  public static byte[] open(byte[] key, byte[] boundTo, byte[] sealed)
      throws GeneralSecurityException {
    if (sealed.length < NONCE_BYTES) {
      throw new GeneralSecurityException("the ciphertext is too short");
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

  /**
   * Computes PBKDF2 of a secret in UTF-8.
   *
   * @param digest of the HMAC: {@code sha1}, {@code sha256} or {@code sha512}
   */
  public static byte[] pbkdf2(
      String digest, byte[] secret, byte[] salt, int iterations, int bytes) {
    char[] text = new String(secret, StandardCharsets.UTF_8).toCharArray();
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmac" + digest)
          .generateSecret(new PBEKeySpec(text, salt, iterations, Byte.SIZE * bytes))
          .getEncoded();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Encrypts with AES-CTR, from a counter of zero: only for a key that is used once. */
  public static byte[] aesCtr(byte[] key, byte[] message) {
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(key, "AES"),
          new IvParameterSpec(new byte[cipher.getBlockSize()]));
      return cipher.doFinal(message);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] digest(String algorithm, byte[] data) {
    try {
      return MessageDigest.getInstance(algorithm).digest(data);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
