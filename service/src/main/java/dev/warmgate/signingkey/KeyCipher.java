package dev.warmgate.signingkey;

import dev.warmgate.secret.SecretCipher;
import dev.warmgate.secret.SecretKeys;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;

/**
 * Encrypts signing keys for the database: the private key with AES-256-GCM, under a key that is not
 * in the database, bound to the key's id. The id is the thumbprint of the public key, so an
 * attacker with write access to the database can neither swap rows nor plant a key.
 */
public final class KeyCipher {
  private final SecretCipher secrets;

  public KeyCipher(SecretKeys keys) {
    this.secrets = new SecretCipher(keys);
  }

  /** Returns the id of the encryption key; it is stored with the ciphertext. */
  String encryptionKeyId() {
    return secrets.encryptionKeyId();
  }

  public SigningKeyDao.Row seal(SigningKey key) {
    return new SigningKeyDao.Row(
        key.id(),
        key.publicKey().getEncoded(),
        secrets.encrypt(key.id(), key.privateKey().getEncoded()),
        secrets.encryptionKeyId(),
        key.signsFrom());
  }

  /**
   * @throws IllegalStateException if the encryption key is not configured, or the row has been
   *     modified
   */
  SigningKey open(SigningKeyDao.Row row) {
    byte[] privateKey = secrets.decrypt(row.encryptionKeyId(), row.id(), row.encryptedPrivateKey());
    try {
      KeyFactory factory = KeyFactory.getInstance("EC");
      ECPublicKey publicKey =
          (ECPublicKey) factory.generatePublic(new X509EncodedKeySpec(row.publicKey()));
      if (!SigningKey.thumbprint(publicKey).equals(row.id())) {
        throw new IllegalStateException(
            "signing key " + row.id() + " has a public key that does not match its id");
      }
      return new SigningKey(
          row.id(),
          publicKey,
          (ECPrivateKey) factory.generatePrivate(new PKCS8EncodedKeySpec(privateKey)),
          row.signsFrom());
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("signing key " + row.id() + " cannot be decoded", broken);
    }
  }
}
