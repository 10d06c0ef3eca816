package dev.warmgate.token;

import dev.warmgate.secret.SecretKeys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals signing keys for the database: the private half with AES-256-GCM and a key that is not in
 * the database, bound to the id. Since the id is the public half's thumbprint, whoever can only
 * write to the database can neither swap rows nor make us believe a key of his own.
 */
public final class KeyCipher {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecureRandom random = new SecureRandom();
  private final SecretKeys keys;

  public KeyCipher(SecretKeys keys) {
    this.keys = keys;
  }

  /** The id of the key that seals; kept beside what it sealed. */
  String encryptionKeyId() {
    return keys.newestId();
  }

  SigningKeyDao.Row seal(SigningKey key) {
    return new SigningKeyDao.Row(
        key.id(),
        key.publicKey().getEncoded(),
        encrypt(key.id(), key.privateKey().getEncoded()),
        keys.newestId(),
        key.signsFrom());
  }

  /**
   * @throws IllegalStateException if the key that sealed it is not configured, or the row is not
   *     what was sealed
   */
  SigningKey open(SigningKeyDao.Row row) {
    byte[] privateKey = decrypt(row.encryptionKeyId(), row.id(), row.encryptedPrivateKey());
    try {
      KeyFactory factory = KeyFactory.getInstance("EC");
      ECPublicKey publicKey =
          (ECPublicKey) factory.generatePublic(new X509EncodedKeySpec(row.publicKey()));
      if (!SigningKey.thumbprint(publicKey).equals(row.id())) {
        throw new IllegalStateException(
            "signing key " + row.id() + " has another public key than it was made with");
      }
      return new SigningKey(
          row.id(),
          publicKey,
          (ECPrivateKey) factory.generatePrivate(new PKCS8EncodedKeySpec(privateKey)),
          row.signsFrom());
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("signing key " + row.id() + " cannot be read", broken);
    }
  }

  private byte[] encrypt(String boundTo, byte[] secret) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed = crypt(Cipher.ENCRYPT_MODE, keys.newest(), nonce, boundTo, secret);
    return ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
  }

  private byte[] decrypt(String encryptionKeyId, String boundTo, byte[] ciphertext) {
    byte[] key =
        keys.find(encryptionKeyId)
            .orElseThrow(() ->
                new IllegalStateException(
                    "secrets.key_encryption_keys lacks the key " + encryptionKeyId));
    if (ciphertext.length < NONCE_BYTES) {
      throw new IllegalStateException("signing key " + boundTo + " cannot be read");
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
          "a signing key cannot be decrypted: secrets.key_encryption_keys holds another key",
          wrongKey);
    }
  }
}
